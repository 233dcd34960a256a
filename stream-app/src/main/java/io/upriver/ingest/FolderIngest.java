package io.upriver.ingest;

import io.upriver.media.LiveLimits;
import io.upriver.media.LiveSegmenter.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A folder into which an encoder writes segments, as the input of a {@link LiveIngest}. Each file
 * is sent once, also by an ingest that is started again ({@link FolderLedger}).
 */
public final class FolderIngest implements LiveIngest.Listener {

    private final Path folder;
    private final LiveLimits limits;
    private final LiveIngest.Listener listener;
    private final FolderFiles files;
    private final FolderLedger ledger;
    private volatile boolean ended;

    /**
     * @param limits whose silence should be long: a folder is silent between files
     * @param listener to whom all is told that is told to this
     * @throws IOException if the folder's list of what was sent cannot be read
     */
    public FolderIngest(
            Path folder, String streamId, LiveLimits limits, LiveIngest.Listener listener)
            throws IOException {
        this.folder = folder;
        this.limits = limits;
        this.listener = listener;
        this.files = new FolderFiles(folder);
        this.ledger = new FolderLedger(folder, streamId);
    }

    /** What is in the folder and will come; it ends with the playlist, or when it is cancelled. */
    public LiveInput input() {
        return new LiveInput(folder.toString(), () -> ended, this::connect);
    }

    private Connection connect() {
        FolderStream stream = new FolderStream(files, ledger, () -> ended = true);
        return Connection.to(stream, stream::end, limits);
    }

    @Override
    public void sent(SentSegment segment) {
        try {
            if (segment.endOfStream()) {
                ledger.sentAll();
            } else {
                ledger.sent();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "what was sent cannot be written down in %s: %s"
                            .formatted(folder, e.getMessage()),
                    e);
        }
        listener.sent(segment);
    }

    @Override
    public void note(String sentence) {
        listener.note(sentence);
    }
}
