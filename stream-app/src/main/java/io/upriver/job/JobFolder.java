package io.upriver.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of one instance's jobs lie: a folder for each job, and in it the file that came
 * in, the result, and how it ended. What has not ended well has no such record, and is deleted when
 * it ends and when the next instance begins.
 *
 * <p>Instances may share a folder: each takes the first of those within, called 1, 2, ..., that no
 * other has locked. Thread-safe for different jobs.
 */
final class JobFolder implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(JobFolder.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_INSTANCES = 1000;
    private static final String LOCK = "lock";
    private static final String RECORD = "job.json";
    private static final Pattern ENDING = Pattern.compile(".*(\\.[A-Za-z0-9]{1,5})");

    private final Path path;
    private final FileLock lock;

    private JobFolder(Path path, FileLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a folder for this instance, and deletes what others that are gone have left and nobody
     * will take up any more.
     *
     * @param keep how long a result is there after its job's end
     * @throws IllegalArgumentException if nothing can be written there
     */
    static JobFolder open(Path shared, Duration keep) {
        try {
            for (int number = 1; number <= MOST_INSTANCES; number++) {
                Path own = shared.resolve(Integer.toString(number));
                Files.createDirectories(own);
                FileLock lock = lock(own);
                if (lock != null) {
                    sweepOthers(shared, own, System.currentTimeMillis() - keep.toMillis());
                    return new JobFolder(own, lock);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "folder: expected one to write to, %s gave: %s".formatted(shared, e), e);
        }
        throw new IllegalArgumentException(
                "folder: expected at most %d instances in %s".formatted(MOST_INSTANCES, shared));
    }

    private static @Nullable FileLock lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null; // another one in this process
        }
        if (lock == null) {
            channel.close();
        }
        return lock;
    }

    private static void sweepOthers(Path shared, Path own, long oldestMillis) throws IOException {
        for (Path other : folders(shared)) {
            FileLock lock = other.equals(own) ? null : lock(other);
            if (lock != null) {
                takeUp(other, oldestMillis);
                lock.acquiredBy().close();
            }
        }
    }

    private static List<Path> folders(Path inside) throws IOException {
        try (Stream<Path> files = Files.list(inside)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** Jobs that have ended well, the oldest first; deletes all else. */
    List<JobDescription> takeUp() {
        try {
            return takeUp(path, 0);
        } catch (IOException e) {
            LOG.warnf("%s cannot be read: %s", path, e.getMessage());
            return List.of();
        }
    }

    private static List<JobDescription> takeUp(Path folder, long oldestMillis) throws IOException {
        List<JobDescription> found = new ArrayList<>();
        for (Path job : folders(folder)) {
            JobDescription ended = record(job);
            if (ended == null || ended.endedMillis() < oldestMillis) {
                delete(job);
            } else {
                found.add(ended);
            }
        }
        found.sort(Comparator.comparingLong(JobDescription::createdMillis));
        return found;
    }

    private static @Nullable JobDescription record(Path job) {
        Path file = job.resolve(RECORD);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JobDescription ended = JSON.readValue(file.toFile(), JobDescription.class);
            return Files.isRegularFile(job.resolve(resultFile(ended.resultName()))) ? ended : null;
        } catch (IOException e) {
            LOG.warnf("%s cannot be read, its job is deleted: %s", file, e.getMessage());
            return null;
        }
    }

    /**
     * Says whether the disk has room, and takes none.
     *
     * @throws JobException if it has not
     */
    void requireRoomFor(long bytes) {
        try {
            long room = Files.getFileStore(path).getUsableSpace();
            if (bytes > room) {
                throw new JobException(
                        JobException.Kind.NO_SPACE,
                        "expected room for %d bytes on the disk, there is some for %d"
                                .formatted(bytes, room));
            }
        } catch (IOException e) {
            LOG.debugf("the room on the disk is not known: %s", e.getMessage());
        }
    }

    /** Makes the folder of a job. */
    void create(String id) throws IOException {
        Files.createDirectory(path.resolve(id));
    }

    /** Keeps a job that has ended well. */
    void keep(JobDescription ended) throws IOException {
        Path record = path.resolve(ended.job()).resolve(RECORD);
        Path unfinished = record.resolveSibling(RECORD + ".part");
        JSON.writeValue(unfinished.toFile(), ended);
        Files.move(unfinished, record);
    }

    /** Where the file that came in lies; named as far as FFmpeg may want to know. */
    Path original(String id, String name) {
        return path.resolve(id).resolve("original" + ending(name));
    }

    /** Where the result lies. */
    Path result(String id, String resultName) {
        return path.resolve(id).resolve(resultFile(resultName));
    }

    private static String resultFile(String resultName) {
        return "result" + ending(resultName);
    }

    private static String ending(String name) {
        Matcher ending = ENDING.matcher(name);
        return ending.matches() ? ending.group(1) : "";
    }

    /** Deletes all files of a job. */
    void delete(String id) {
        delete(path.resolve(id));
    }

    private static void delete(Path job) {
        if (!Files.exists(job)) {
            return;
        }
        try (Stream<Path> files = Files.list(job)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(job);
        } catch (IOException e) {
            LOG.warnf("%s cannot be deleted: %s", job, e.getMessage());
        }
    }

    /** A sentence without the place of this folder, which is nobody's business. */
    String without(String sentence) {
        return sentence.replaceAll(Pattern.quote(path + "/") + "job-[0-9a-f]+/", "");
    }

    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            LOG.warnf("%s cannot be unlocked: %s", path, e.getMessage());
        }
    }
}
