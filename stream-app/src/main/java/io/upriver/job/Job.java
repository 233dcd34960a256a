package io.upriver.job;

import io.upriver.job.JobDescription.State;
import io.upriver.schemas.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job from the moment it is asked for until its end: what it is doing and how far it is.
 * Thread-safe.
 */
final class Job {

    private final String id = JobId.create();
    private final JobOrder order;
    private final long createdMillis = System.currentTimeMillis();
    private State state = State.WAITING;
    private boolean isTaken;
    private @Nullable Long startedMillis;
    private @Nullable Long endedMillis;
    private @Nullable VideoFile media;
    private @Nullable FileJob work;
    private @Nullable Long workMillis; // when its segments began to be sent
    private @Nullable String sizeOut;
    private @Nullable String error;
    private List<String> notes = List.of();
    private long framesDone;
    private long bytesIn;
    private long bytesOut;
    private boolean isUnwanted;
    private Runnable cancelling = () -> {};
    private Runnable task = () -> {};

    Job(JobOrder order) {
        this.order = order;
    }

    String id() {
        return id;
    }

    JobOrder order() {
        return order;
    }

    /** Its file was looked at, or is to be fetched: others may know of it. */
    synchronized void take(@Nullable VideoFile looked) {
        media = looked;
        isTaken = true;
    }

    synchronized boolean isTaken() {
        return isTaken;
    }

    /** What is to be run when its turn comes. */
    synchronized void waitsAs(Runnable turn) {
        task = turn;
    }

    synchronized Runnable task() {
        return task;
    }

    /** Its turn has come; false if nobody wants it any more. */
    synchronized boolean begin() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.RUNNING;
        startedMillis = System.currentTimeMillis();
        return true;
    }

    /** The file is there, and what is to be done with it begins. */
    synchronized void working(VideoFile looked, FileJob begun) {
        media = looked;
        work = begun;
        workMillis = System.currentTimeMillis();
        whenCancelled(begun::cancel);
    }

    /** What to call when nobody wants the job any more: now, if that is so already. */
    synchronized void whenCancelled(Runnable action) {
        cancelling = action;
        if (state == State.CANCELLED) {
            action.run();
        }
    }

    /** Nobody wants it any more; nothing happens after the end. */
    synchronized void cancel() {
        isUnwanted = true;
        if (!state.isEnd()) {
            end(State.CANCELLED);
            cancelling.run();
        }
    }

    /** Whether somebody has cancelled it, be it too late. */
    synchronized boolean isUnwanted() {
        return isUnwanted;
    }

    /** The result is there; nothing happens after a cancellation. */
    synchronized void done(FileJob.Result result, String size) {
        if (!state.isEnd()) {
            framesDone = result.frames();
            notes = result.notes();
            sizeOut = size;
            end(State.DONE);
        }
    }

    /** There will be no result; nothing happens after a cancellation. */
    synchronized void failed(String sentence) {
        if (!state.isEnd()) {
            error = sentence;
            end(State.FAILED);
        }
    }

    private void end(State how) {
        state = how;
        endedMillis = System.currentTimeMillis();
    }

    synchronized void received(long bytes) {
        bytesIn += bytes;
    }

    synchronized long bytesIn() {
        return bytesIn;
    }

    /** The result is so large by now, which counts as taken from then on. */
    synchronized void written(long bytes, DiskSpace space) {
        space.take(bytes - bytesOut);
        bytesOut = bytes;
    }

    /** What its files take. */
    synchronized long bytes() {
        return bytesIn + bytesOut;
    }

    synchronized JobDescription describe() {
        long now = endedMillis != null ? endedMillis : System.currentTimeMillis();
        long frames = state == State.DONE || work == null ? framesDone : work.framesDone();
        double seconds = workMillis == null ? 0 : Math.max(1, now - workMillis) / 1000.0;
        double fps = seconds > 0 ? frames / seconds : 0;
        Long expected = media == null || media.frames() == 0 ? null : media.frames();
        boolean isPaced = state == State.RUNNING && expected != null && frames > 0;
        return new JobDescription(
                id,
                order.name(),
                order.url() == null ? null : order.url().toString(),
                state,
                createdMillis,
                startedMillis,
                endedMillis,
                frames,
                expected,
                Math.round(fps * 100) / 100.0,
                isPaced ? Math.round(Math.max(0, expected - frames) / fps * 10) / 10.0 : null,
                media == null ? null : media.size(),
                sizeOut,
                bytesIn,
                bytesOut,
                work == null ? SegmentsDone.NONE : SegmentsDone.of(work.outcomes()),
                notes,
                error,
                order.resultName(),
                order.format().mediaType(),
                order.format().isFragmented(),
                order.settings().scale(),
                order.settings().model());
    }
}
