package io.upriver.job;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * Does one job: fetches its file, looks at it, and lets the cluster upscale it.
 *
 * @param cluster says how segments are spread
 * @param largest the largest picture that is decoded here
 * @param folder where its files lie
 * @param space what they may take
 */
record JobWork(
        KafkaAccess access,
        Topics topics,
        TopicSetup cluster,
        LargestPicture largest,
        JobFolder folder,
        DiskSpace space,
        FileFetch fetch) {

    private static final Logger LOG = Logger.getLogger(JobWork.class);

    /** Does it, if somebody still wants it; it has ended when this returns. */
    void run(Job job) {
        try {
            if (job.begin()) {
                upscale(job);
            }
        } catch (RuntimeException e) {
            LOG.debugf(e, "%s failed", job.id());
            job.failed(folder.without(String.valueOf(e.getMessage())));
        } finally {
            // an error of the machine, which its thread reports
            job.failed("a fault of the service, which its log describes at this time");
        }
    }

    private void upscale(Job job) {
        JobOrder order = job.order();
        Path original = folder.original(job.id(), order.name());
        if (order.url() != null) {
            fetch.fetch(order.url(), original, job, space);
        }
        VideoFile media = look(order, original);
        Path output = folder.result(job.id(), order.resultName());
        FileJob work =
                new FileJob(
                        original,
                        output,
                        order.format(),
                        order.settings(),
                        null,
                        access,
                        topics,
                        cluster.segmentPartitions(),
                        job.id(),
                        largest);
        job.working(media, work);
        FileJob.Result result = work.run(() -> job.written(work.bytesWritten(), space));
        job.written(size(output), space);
        job.done(result, VideoFile.sizeOf(output));
    }

    /**
     * Looks at a file that has come.
     *
     * @throws JobException if it cannot be upscaled as it is asked for
     */
    VideoFile look(JobOrder order, Path original) {
        try {
            return VideoFile.look(original, order.format(), largest);
        } catch (MediaException e) {
            throw new JobException(
                    JobException.Kind.MEDIA,
                    order.name() + ": " + folder.without(e.getMessage()),
                    e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new IllegalStateException("the result cannot be read: " + e.getMessage(), e);
        }
    }
}
