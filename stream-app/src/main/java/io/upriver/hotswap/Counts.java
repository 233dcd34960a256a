package io.upriver.hotswap;

/**
 * What became of all segments.
 *
 * @param in segments that were sent
 * @param out records on the upscaled topic
 * @param rejected records on the rejected topic
 * @param lost segments of which nothing came
 * @param twice records of a segment of which one had come before
 * @param withoutNetwork upscaled without any model
 * @param unknownModel whose header names a model that was not published as a good one
 * @param olderModel whose header names an older model than that of the segment before in its stream
 * @param otherNumber whose number of pictures is another than before
 * @param twoModels with pictures of more than one kind of model
 * @param otherModel with pictures of another kind of model than the header names
 * @param pictures that were looked at
 * @param farthest of all pictures' mean luma from what the model that the header names makes of it,
 *     in code values
 * @param workMillis time in work, of all segments together
 */
public record Counts(
        long in,
        long out,
        long rejected,
        long lost,
        long twice,
        long withoutNetwork,
        long unknownModel,
        long olderModel,
        long otherNumber,
        long twoModels,
        long otherModel,
        long pictures,
        double farthest,
        long workMillis) {}
