package io.upriver.schemas;

/**
 * The headers that upscaled and rejected records have on top of {@link SegmentHeaders}.
 *
 * <p>Values are UTF-8 text, numbers are decimal. {@link Outcome} and {@link Rejection} write and
 * read them.
 */
public final class OutputHeaders {

    /** The digest of the model that was used; left out when none was. */
    public static final String MODEL_DIGEST = "ce_modeldigest";

    /** By how much width and height grew. */
    public static final String SCALE = "ce_scale";

    /** How the pixels were made: the wire name of an {@link Outcome.Method}. */
    public static final String UPSCALED = "ce_upscaled";

    /** Why it was not the network that made them. */
    public static final String UPSCALED_REASON = "ce_upscaledreason";

    /** What else is to be said about the result; left out when nothing is. */
    public static final String UPSCALED_NOTE = "ce_upscalednote";

    /** The dearer way that the stream asks for; left out when the segment was done by that. */
    public static final String SHORTCUT_FROM = "ce_shortcutfrom";

    /** Why not by that: the wire name of a {@link Shortcut.Code}. */
    public static final String SHORTCUT_CODE = "ce_shortcutcode";

    /** Why not by that, in a sentence. */
    public static final String SHORTCUT_MESSAGE = "ce_shortcutmessage";

    /** Time spent decoding, in milliseconds. */
    public static final String DECODE_MILLIS = "ce_decodems";

    /** Time spent in the network or the interpolation, in milliseconds. */
    public static final String NETWORK_MILLIS = "ce_networkms";

    /** Time spent encoding, in milliseconds. */
    public static final String ENCODE_MILLIS = "ce_encodems";

    /** Time from taking the segment to having the result, in milliseconds; the stages overlap. */
    public static final String TOTAL_MILLIS = "ce_totalms";

    /** Frames in the result. */
    public static final String FRAMES = "ce_frames";

    /** Frames that could not be decoded and are missing in the result. */
    public static final String FRAMES_DROPPED = "ce_framesdropped";

    /** How many of the frames the decoder has concealed damage in; none when missing. */
    public static final String FRAMES_CONCEALED = "ce_framesconcealed";

    /** How many of the frames were made of interlaced ones; none when missing. */
    public static final String FRAMES_DEINTERLACED = "ce_framesdeinterlaced";

    /**
     * The sizes of the frames in the result, such as {@code 1280x720}, in the order of showing and
     * with commas between them: more than one where size or layout changes inside.
     */
    public static final String SIZES = "ce_sizes";

    /** Which worker did it. */
    public static final String WORKER = "ce_worker";

    /** On rejected records: the {@link Rejection} as JSON. */
    public static final String REJECTION = "ce_rejection";

    private OutputHeaders() {}
}
