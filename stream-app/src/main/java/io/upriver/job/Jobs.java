package io.upriver.job;

import io.upriver.job.JobDescription.State;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.LargestPicture;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The file jobs of this instance: takes files, lets some of them be worked on at the same time, and
 * keeps the results for a while.
 *
 * <p>A job is work for the whole cluster, and its files lie here. So only the instance that took a
 * job knows of it, as {@code designs/jobs.md} explains. Thread-safe.
 */
public final class Jobs implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Jobs.class);
    private static final int MOST_ENDED = 1000;
    private static final long PATIENCE_SECONDS = 20;
    private static final long SWEEP_MILLIS = 60_000;

    private final JobLimits limits;
    private final JobFolder folder;
    private final DiskSpace space;
    private final JobWork work;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService clock;
    private final Map<String, Job> active = new LinkedHashMap<>(); // both guarded by this
    private final Map<String, JobDescription> ended = new LinkedHashMap<>();

    /**
     * Begins, with the results that the instance before has left.
     *
     * @param shared where files lie
     * @param cluster says how segments are spread
     * @param largest the largest picture that is decoded
     * @throws IllegalArgumentException if nothing can be written to the folder
     */
    public Jobs(
            JobLimits limits,
            Path shared,
            KafkaAccess access,
            Topics topics,
            TopicSetup cluster,
            LargestPicture largest) {
        this.limits = limits;
        folder = JobFolder.open(shared, limits.keep());
        space = new DiskSpace(limits.folderMaxBytes());
        for (JobDescription left : folder.takeUp()) {
            ended.put(left.job(), left);
            space.found(left.bytesIn() + left.bytesOut());
        }
        AtomicInteger number = new AtomicInteger();
        workers =
                new ThreadPoolExecutor(
                        limits.running(),
                        limits.running(),
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> daemon(task, "job-" + number.incrementAndGet()));
        clock = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "jobs-clock"));
        FileFetch fetch = new FileFetch(limits, clock);
        work = new JobWork(access, topics, cluster, largest, folder, space, fetch);
        long pause = Math.min(SWEEP_MILLIS, limits.keep().toMillis());
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(
                        this::sweep, 0, Math.max(1, pause), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Takes a file as it is sent, looks at it, and lets it wait for its turn.
     *
     * @param declaredBytes how long the sender says it is, or -1
     * @param body read to its end, if the file is taken
     * @throws JobException if it is not taken
     */
    public JobDescription take(JobOrder order, long declaredBytes, InputStream body) {
        Receiver.requireAtMost(limits.maxBytes(), declaredBytes);
        space.requireRoomFor(Math.max(0, declaredBytes));
        folder.requireRoomFor(declaredBytes);
        Job job = admit(order);
        try {
            Path original = folder.original(job.id(), order.name());
            new Receiver(limits.maxBytes(), space).receive(body, original, job);
            job.take(work.look(order, original));
            return begin(job);
        } catch (RuntimeException e) {
            drop(job);
            throw e;
        }
    }

    /**
     * Takes an order for a file that is fetched when its turn comes.
     *
     * @throws JobException if it is not taken, such as for an address that is not public
     */
    public JobDescription take(JobOrder order) {
        PublicAddress.require(order.url(), limits.privateAddresses());
        Job job = admit(order);
        try {
            job.take(null);
            return begin(job);
        } catch (RuntimeException e) {
            drop(job);
            throw e;
        }
    }

    private synchronized Job admit(JobOrder order) {
        int most = limits.running() + limits.waiting();
        if (active.size() >= most) {
            throw new JobException(
                    JobException.Kind.TOO_MANY,
                    "expected fewer than %d jobs that are worked on or wait, there are as many"
                            .formatted(most));
        }
        Job job = new Job(order);
        try {
            folder.create(job.id());
        } catch (IOException e) {
            throw new JobException(
                    JobException.Kind.NO_SPACE, "expected to make a folder, got: " + e, e);
        }
        active.put(job.id(), job);
        return job;
    }

    private JobDescription begin(Job job) {
        Runnable task =
                () -> {
                    try {
                        work.run(job);
                    } finally {
                        end(job);
                    }
                };
        job.waitsAs(task);
        workers.execute(task);
        return job.describe();
    }

    private void end(Job job) {
        JobDescription last = job.describe();
        if (last.state() == State.DONE) {
            try {
                folder.keep(last);
            } catch (IOException e) {
                LOG.warnf("%s will not outlive this instance: %s", job.id(), e.getMessage());
            }
        } else {
            deleteFiles(job);
        }
        synchronized (this) {
            active.remove(job.id());
            ended.put(job.id(), last);
        }
        if (job.isUnwanted() && last.state() == State.DONE) {
            forget(job.id());
        }
        LOG.infof("%s (%s) ended: %s", job.id(), last.name(), last.state().wireName());
    }

    /** A job that was never taken. */
    private void drop(Job job) {
        deleteFiles(job);
        synchronized (this) {
            active.remove(job.id());
        }
    }

    private void deleteFiles(Job job) {
        folder.delete(job.id());
        space.giveBack(job.bytes());
    }

    /** All jobs, the newest first. */
    public List<JobDescription> list() {
        List<JobDescription> all = new ArrayList<>();
        synchronized (this) {
            active.values().stream().filter(Job::isTaken).map(Job::describe).forEach(all::add);
            all.addAll(ended.values());
        }
        all.sort(Comparator.comparingLong(JobDescription::createdMillis).reversed());
        return all;
    }

    /** One job. */
    public synchronized Optional<JobDescription> find(String id) {
        Job job = active.get(id);
        return job != null && job.isTaken()
                ? Optional.of(job.describe())
                : Optional.ofNullable(ended.get(id));
    }

    /** The file that a job has made; none before it is done. */
    public Optional<JobFile> result(String id) {
        return done(id).map(
                        job ->
                                new JobFile(
                                        folder.result(id, job.resultName()),
                                        job.resultName(),
                                        job.mediaType()));
    }

    /** The file that a job was made for; none before it is done. */
    public Optional<JobFile> original(String id) {
        return done(id).map(
                        job ->
                                new JobFile(
                                        folder.original(id, job.name()),
                                        job.name(),
                                        VideoFile.mediaTypeOf(job.name())));
    }

    private Optional<JobDescription> done(String id) {
        return find(id).filter(job -> job.state() == State.DONE);
    }

    /**
     * Cancels a job that has not ended, which then says so until it is forgotten, and forgets one
     * that has. In both cases its files are gone, at once or a moment later.
     */
    public void remove(String id) {
        Job job;
        synchronized (this) {
            job = active.get(id);
        }
        if (job == null) {
            forget(id);
            return;
        }
        job.cancel();
        if (workers.remove(job.task())) {
            end(job);
        } else if (job.describe().state() == State.DONE) {
            forget(id); // it was a moment sooner
        }
    }

    private void forget(String id) {
        JobDescription gone;
        synchronized (this) {
            gone = ended.remove(id);
        }
        if (gone != null && gone.state() == State.DONE) {
            folder.delete(id);
            space.giveBack(gone.bytesIn() + gone.bytesOut());
        }
    }

    /** Forgets what was kept long enough, and the oldest where there are too many. */
    private void sweep() {
        long oldest = System.currentTimeMillis() - limits.keep().toMillis();
        List<String> old = new ArrayList<>();
        synchronized (this) {
            int tooMany = ended.size() - MOST_ENDED;
            for (JobDescription job : ended.values()) {
                if (old.size() < tooMany || job.endedMillis() < oldest) {
                    old.add(job.job());
                }
            }
        }
        old.forEach(this::forget);
    }

    /** Cancels all that has not ended, and waits until its files are gone. */
    @Override
    public void close() {
        List<String> all;
        synchronized (this) {
            all = List.copyOf(active.keySet());
        }
        all.forEach(this::remove);
        workers.shutdown();
        clock.shutdownNow();
        try {
            if (!workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a job did not end in time; its files are deleted at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }
}
