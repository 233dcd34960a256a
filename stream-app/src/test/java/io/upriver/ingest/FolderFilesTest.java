package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {

    @TempDir Path folder;

    private final String text = "#EXTM3U\n#EXTINF:2,\nindex10.ts\n#EXTINF:2,\nindex11.ts\n";

    private static List<String> names(FolderFiles files) throws IOException {
        return files.complete().stream().map(f -> f.path().getFileName().toString()).toList();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void takesWhatAPlaylistNamesAndIsThere() throws IOException {
        write("index1.ts", "of yesterday");
        write("index10.ts", "of now");
        write("index.m3u8", text);

        assertEquals(List.of("index10.ts"), names(new FolderFiles(folder)));
    }

    /** Encoders that do not rename it into place write it anew under the eyes of its readers. */
    @Test
    void takesNothingWhileThePlaylistIsBeingWritten() throws Exception {
        write("index1.ts", "of yesterday");
        write("index10.ts", "of now");
        write("index.m3u8", text);
        FolderFiles files = new FolderFiles(folder);
        names(files);

        write("index.m3u8", "");
        assertEquals(List.of(), names(files));
        Thread.sleep(1100); // a file of this age would count as complete
        assertEquals(List.of(), names(files));

        write("index11.ts", "of now");
        write("index.m3u8", text);
        assertEquals(List.of("index10.ts", "index11.ts"), names(files));
    }

    @Test
    void waitsForASecondWithoutAPlaylistAndKnowsNumbers() throws Exception {
        write("part10.ts", "later");
        write("part9.ts", "before");
        FolderFiles files = new FolderFiles(folder);

        assertEquals(List.of(), names(files));
        Thread.sleep(1100);
        assertEquals(List.of("part9.ts", "part10.ts"), names(files));
    }
}
