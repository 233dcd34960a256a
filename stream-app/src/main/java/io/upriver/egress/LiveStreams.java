package io.upriver.egress;

import io.upriver.egress.LiveSegment.Media;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.kafka.TopicFollower;
import io.upriver.kafka.TopicReader;
import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The live streams of the topics, for players: what came in, what the workers made of it, and where
 * the media are. Topics are followed from near their ends, from the first question on: a worker
 * that nobody asks reads nothing. Every process sees all of them, so any instance serves any
 * stream.
 *
 * <p>Media are kept in a cache with a bound and read from their topic again where they are not
 * there; of segments, a few hundred bytes each are known. Segments of a file are no live stream:
 * they lie in all partitions, overlap, and have no sound. Thread-safe.
 */
public final class LiveStreams implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LiveStreams.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration PATIENCE_FOR_RESULTS = Duration.ofSeconds(2);

    /** How far before the end of a partition they begin; a transaction takes every second one. */
    private static final long LAST = 400;

    private static final int MOST_FILES = 10_000;

    private final KafkaAccess access;
    private final Topics topics;
    private final LiveSettings settings;
    private final MediaCache cache;

    /** The one that had no segment for longest first. */
    private final Map<String, LiveStream> streams = new LinkedHashMap<>(); // guarded by itself

    /** Streams that turned out to be files. */
    private final Set<String> files = new LinkedHashSet<>(); // guarded by streams

    /** Held by who reads all for the first time, while others wait. */
    private final ReentrantLock starting = new ReentrantLock(true);

    private final List<TopicFollower> followers = new CopyOnWriteArrayList<>();
    private volatile @Nullable TopicFollower results;
    private boolean isComplete; // guarded by starting
    private volatile boolean isClosed;

    public LiveStreams(KafkaAccess access, Topics topics, LiveSettings settings) {
        this.access = access;
        this.topics = topics;
        this.settings = settings;
        this.cache = new MediaCache(settings.cacheBytes());
    }

    /**
     * A stream of which there was a segment lately, with what is known by now. The first question
     * waits until all is read, and so does one for a stream that is not known.
     *
     * @throws KafkaUnreachableException if the topics cannot be read to their ends
     */
    public Optional<LiveStream> find(String id) {
        List<TopicFollower> all = started();
        LiveStream known = known(id);
        if (known == null) {
            TopicFollower.requireCaughtUp(all, PATIENCE);
            known = known(id);
        }
        return Optional.ofNullable(known);
    }

    private @Nullable LiveStream known(String id) {
        synchronized (streams) {
            return streams.get(id);
        }
    }

    /** Originals first: they tell which streams are files, and what sequences mean. */
    private List<TopicFollower> started() {
        try {
            if (!starting.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KafkaUnreachableException(
                        "expected to read topic %s to its end within %d s, another question still waits for it"
                                .formatted(topics.segments(), PATIENCE.toSeconds()),
                        new TimeoutException());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics are read", e);
        }
        try {
            return start();
        } finally {
            starting.unlock();
        }
    }

    private List<TopicFollower> start() {
        if (isClosed) {
            throw new IllegalStateException("expected no question while the service ends");
        }
        if (isComplete) {
            return followers;
        }
        if (followers.isEmpty()) {
            follow(topics.segments(), this::original);
        }
        TopicFollower.requireCaughtUp(followers, PATIENCE);
        if (followers.size() == 1) {
            follow(topics.upscaled(), this::upscaled);
        }
        TopicFollower.requireCaughtUp(followers, PATIENCE);
        if (followers.size() == 2) {
            follow(topics.rejected(), this::rejected);
        }
        TopicFollower.requireCaughtUp(followers, PATIENCE);
        results = followers.get(1);
        isComplete = true;
        return followers;
    }

    private void follow(String topic, TopicFollower.Listener listener) {
        followers.add(new TopicFollower(access, topic, LAST, listener).start());
        if (isClosed) {
            close(); // which did not wait for this one
        }
    }

    private void original(ConsumerRecord<byte[], byte[]> given) {
        Segment segment = segmentOf(given);
        if (segment == null) {
            return;
        }
        if (segment.presentation() != null) {
            leaveOut(segment.streamId());
            return;
        }
        boolean saysSequence = given.headers().lastHeader(SegmentHeaders.SEQUENCE) != null;
        LiveSegment next = LiveRecords.of(given, segment, settings.largest());
        if (streamOf(segment.streamId()).addOriginal(next, saysSequence)) {
            keep(next, given.value());
        }
    }

    private void upscaled(ConsumerRecord<byte[], byte[]> given) {
        Segment segment = segmentOf(given);
        if (segment == null || isKnownFile(segment.streamId())) {
            return;
        }
        LiveSegment next = LiveRecords.of(given, segment, settings.largest());
        if (streamOf(segment.streamId()).addUpscaled(next)) {
            keep(next, given.value());
        }
    }

    private void rejected(ConsumerRecord<byte[], byte[]> given) {
        try {
            Rejection rejection = Rejection.readFrom(given.headers());
            String id = rejection.streamId();
            if (id != null && !isKnownFile(id)) {
                letResultsComeFirst();
                streamOf(id).addRejected(LiveRecords.rejected(given, rejection));
            }
        } catch (IllegalArgumentException e) {
            LOG.debugf("rejected topic offset %d: %s", given.offset(), e.getMessage());
        }
    }

    /** A playlist is not to show a gap where a result is on its way by the other topic. */
    private void letResultsComeFirst() {
        TopicFollower others = results;
        if (others != null) {
            others.awaitCaughtUp(PATIENCE_FOR_RESULTS);
        }
    }

    private static @Nullable Segment segmentOf(ConsumerRecord<byte[], byte[]> given) {
        try {
            return SegmentRecords.fromRecord(
                    given.key(), given.value(), given.headers(), given.offset());
        } catch (MalformedRecordException e) {
            LOG.debugf("topic %s offset %d: %s", given.topic(), given.offset(), e.getMessage());
            return null;
        }
    }

    private void keep(LiveSegment segment, byte[] value) {
        Media media = segment.media();
        if (media != null) {
            cache.put(media.place(), value);
        }
    }

    private void leaveOut(String id) {
        synchronized (streams) {
            streams.remove(id);
            files.add(id);
            if (files.size() > MOST_FILES) {
                files.remove(files.iterator().next());
            }
        }
    }

    private boolean isKnownFile(String id) {
        synchronized (streams) {
            return files.contains(id);
        }
    }

    private LiveStream streamOf(String id) {
        synchronized (streams) {
            LiveStream known = streams.remove(id);
            LiveStream stream = known == null ? new LiveStream(id, settings) : known;
            streams.put(id, stream);
            if (streams.size() > settings.mostStreams()) {
                streams.remove(streams.keySet().iterator().next());
            }
            return stream;
        }
    }

    /**
     * The media of a segment as a player takes them: an MP4 without its init section. Empty where
     * the topic does not have them any more.
     *
     * @throws KafkaUnreachableException if the topic has to be read, and cannot be
     */
    public Optional<byte[]> media(String streamId, Media media) {
        Optional<byte[]> value = cache.get(media.place(), place -> read(streamId, place));
        if (media.init() == null) {
            return value;
        }
        int from = media.init().bytes().length;
        return value.map(bytes -> Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private Optional<byte[]> read(String streamId, Place place) {
        return TopicReader.readAt(access, place.topic(), place.partition(), place.offset())
                .filter(found -> isOf(streamId, found))
                .map(ConsumerRecord::value);
    }

    /** A topic that was made again has other records at the same places. */
    private static boolean isOf(String streamId, ConsumerRecord<byte[], byte[]> found) {
        Segment segment = segmentOf(found);
        return segment != null && segment.streamId().equals(streamId);
    }

    /** Bytes of media that are in memory now. */
    long cachedBytes() {
        return cache.bytes();
    }

    @Override
    public void close() {
        isClosed = true;
        followers.forEach(TopicFollower::close);
    }
}
