package io.upriver.hotswap;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads all that workers wrote, looks at every picture, and counts.
 *
 * <p>That no segment mixes models is seen in its pictures. Models of consecutive swaps make the
 * same picture brighter by another number of code values, at least {@link SwapModels#STEP} apart.
 * So the mean luma of a picture, less that of the picture before upscaling, says which kind of
 * model made it, and has to say the same as the segment's header. For one thread.
 */
final class Account {

    /** Farther from a kind's brightness than half a step means that it was not made by it. */
    static final double TOLERANCE = SwapModels.STEP / 2.0;

    /**
     * A model that may have made a segment.
     *
     * @param swap when it came
     * @param brighter what its pictures are brighter by, in code values
     */
    record Published(int swap, int brighter) {}

    private final LiveLoad load;
    private final Map<String, Published> models;
    private final Map<String, Integer> streams = new TreeMap<>();
    private final BitSet[] come = new BitSet[LiveLoad.STREAMS];
    private final int[] lastSwap = new int[LiveLoad.STREAMS];

    private long out;
    private long rejected;
    private long twice;
    private long withoutNetwork;
    private long unknownModel;
    private long olderModel;
    private long otherNumber;
    private long twoModels;
    private long otherModel;
    private long pictures;
    private double farthest;
    private long workMillis;

    /**
     * @param models the good ones, by digest
     */
    Account(LiveLoad load, Map<String, Published> models) {
        this.load = load;
        this.models = models;
        for (int stream = 0; stream < LiveLoad.STREAMS; stream++) {
            streams.put(LiveLoad.stream(stream), stream);
            come[stream] = new BitSet();
            lastSwap[stream] = Integer.MIN_VALUE;
        }
    }

    Counts read(KafkaAccess access, Topics topics) {
        TopicReader.readAll(access, topics.upscaled(), this::takeUpscaled);
        TopicReader.readAll(access, topics.rejected(), this::takeRejected);
        long lost = 0;
        for (int stream = 0; stream < LiveLoad.STREAMS; stream++) {
            lost += load.sent(stream) - come[stream].cardinality();
        }
        return new Counts(
                load.sent(),
                out,
                rejected,
                lost,
                twice,
                withoutNetwork,
                unknownModel,
                olderModel,
                otherNumber,
                twoModels,
                otherModel,
                pictures,
                farthest,
                workMillis);
    }

    private void takeRejected(ConsumerRecord<byte[], byte[]> given) {
        Segment segment = segment(given);
        Integer stream = streams.get(segment.streamId());
        if (stream != null) {
            rejected++;
            count(stream, segment.sequence());
        }
    }

    private void takeUpscaled(ConsumerRecord<byte[], byte[]> given) {
        Segment segment = segment(given);
        Integer stream = streams.get(segment.streamId());
        if (stream == null) {
            return;
        }
        out++;
        count(stream, segment.sequence());
        Outcome outcome = Outcome.readFrom(given.headers());
        workMillis += outcome.totalMillis();
        if (outcome.modelDigest() == null) {
            withoutNetwork++;
            return;
        }
        Published model = models.get(outcome.modelDigest());
        if (model == null) {
            unknownModel++;
        } else {
            olderModel += model.swap() < lastSwap[stream] ? 1 : 0;
            lastSwap[stream] = model.swap();
            look(
                    load.brightness(stream, segment.sequence()),
                    Brightness.ofPictures(segment.data()),
                    model);
        }
    }

    private static Segment segment(ConsumerRecord<byte[], byte[]> given) {
        return SegmentRecords.fromRecord(
                given.key(), given.value(), given.headers(), given.offset());
    }

    private void count(int stream, long sequence) {
        int place = Math.toIntExact(sequence);
        twice += come[stream].get(place) ? 1 : 0;
        come[stream].set(place);
    }

    private void look(List<Double> before, List<Double> after, Published model) {
        if (before.size() != after.size()) {
            otherNumber++;
            return;
        }
        pictures += after.size();
        Set<Integer> kinds = new TreeSet<>();
        boolean isOfOther = false;
        for (int i = 0; i < after.size(); i++) {
            double brighter = after.get(i) - before.get(i);
            double away = Math.abs(brighter - model.brighter());
            farthest = Math.max(farthest, away);
            isOfOther |= away > TOLERANCE;
            kinds.add((int) Math.round(brighter / SwapModels.STEP));
        }
        otherModel += isOfOther ? 1 : 0;
        twoModels += kinds.size() > 1 ? 1 : 0;
    }
}
