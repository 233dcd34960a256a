package io.upriver.egress;

import io.upriver.media.Splitter;
import java.nio.file.Path;
import java.util.List;

/** Files that are cut into pieces and put together again, the pieces as they are. */
final class Rejoined {

    private Rejoined() {}

    /**
     * Writes the file again under another name, whose ending decides on the container; the notes.
     */
    static List<String> write(Path file, Path target) {
        try (Splitter splitter = new Splitter(file, 0.3, Long.MAX_VALUE);
                FileWriter writer = new FileWriter(file, target, target.getFileName().toString())) {
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                writer.append(p.data());
            }
            writer.finish();
            return writer.notes();
        }
    }
}
