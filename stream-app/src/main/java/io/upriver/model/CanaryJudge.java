package io.upriver.model;

import io.upriver.schemas.CanaryAccount;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Quality;
import io.upriver.schemas.SegmentReport;
import java.util.Locale;

/**
 * Judges a model on trial by the reports of the segments that it did.
 *
 * <p>Its frames are compared with what the current model made of the same frames, so it does not
 * matter which streams try it. Used by one thread at a time.
 */
public final class CanaryJudge {

    /** So many segments say enough to end a trial. */
    private static final int LEAST_SEGMENTS = 5;

    /** What is to become of it. */
    public enum Verdict {
        /** It has not done enough yet, or somebody else decides. */
        WAIT,
        /** The channel is to have it. */
        PROMOTE,
        /** The channel is not to have it. */
        ROLL_BACK
    }

    private final String digest;
    private final long sinceMillis;
    private final CanarySettings settings;
    private int done;
    private int failures;
    private int compared;
    private double consistency;
    private double sharpness;
    private double sharpnessOfCurrent;
    private double seam;
    private double millis;
    private double millisOfCurrent;
    private String lastFailure = "";

    /**
     * @param digest of the model
     * @param sinceMillis what was committed before is of an earlier trial, in milliseconds since
     *     1970 UTC
     */
    public CanaryJudge(String digest, long sinceMillis, CanarySettings settings) {
        this.digest = digest;
        this.sinceMillis = sinceMillis;
        this.settings = settings;
    }

    /** Takes one more report; one that is not of this trial is passed over. */
    public void accept(SegmentReport report) {
        CanaryAccount account = report.canary();
        if (account == null
                || !account.digest().equals(digest)
                || report.committedMillis() < sinceMillis) {
            return;
        }
        if (account.failure() != null) {
            failures++;
            lastFailure = account.failure();
            return;
        }
        Outcome outcome = report.outcome();
        done += outcome != null && digest.equals(outcome.modelDigest()) ? 1 : 0;
        if (report.quality() != null && account.current() != null) {
            compare(report.quality(), account.current());
        }
    }

    private void compare(Quality its, Quality current) {
        compared++;
        consistency += its.consistency() - current.consistency();
        sharpness += its.sharpness();
        sharpnessOfCurrent += current.sharpness();
        seam += its.seam() - current.seam();
        millis += its.laneMillis();
        millisOfCurrent += current.laneMillis();
    }

    /** What is to become of it now. */
    public Verdict verdict() {
        if (!settings.automatic()) {
            return Verdict.WAIT;
        }
        boolean isEnough = done >= settings.segments() && compared > 0;
        boolean isTelling = isEnough || compared >= LEAST_SEGMENTS;
        if (failures > settings.failures() || (isTelling && !worseIn().isEmpty())) {
            return Verdict.ROLL_BACK;
        }
        return isEnough ? Verdict.PROMOTE : Verdict.WAIT;
    }

    /** The figure that is out of bounds, with the bound, or nothing. */
    private String worseIn() {
        if (compared == 0) {
            return "";
        }
        if (-consistency / compared > settings.consistencyLoss()) {
            return words(
                    "consistency %+.2f dB, at least %+.2f asked",
                    consistencyGain(), -settings.consistencyLoss());
        }
        if (sharpness < sharpnessOfCurrent * (1 - settings.sharpnessLoss())) {
            return words(
                    "sharpness %+.1f %%, at least %+.1f asked",
                    sharpnessGain(), -100 * settings.sharpnessLoss());
        }
        if (seam / compared > settings.seamGain()) {
            return words("seams %+.2f, at most %+.2f asked", seam / compared, settings.seamGain());
        }
        if (millis > millisOfCurrent * settings.slowdown()) {
            return words("time x%.2f, at most x%.2f asked", slowdown(), settings.slowdown());
        }
        return "";
    }

    private double consistencyGain() {
        return consistency / Math.max(1, compared);
    }

    private double sharpnessGain() {
        return sharpnessOfCurrent == 0 ? 0 : 100 * (sharpness / sharpnessOfCurrent - 1);
    }

    private double slowdown() {
        return millisOfCurrent == 0 ? 1 : millis / millisOfCurrent;
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /**
     * How it stands, in one line, such as {@code 37 of 50 segments done, 0 failed; against the
     * current model: consistency +0.10 dB, sharpness +3.0 %, seams +0.00, time x0.98}.
     */
    public String describe() {
        String progress =
                words("%d of %d segments done, %d failed", done, settings.segments(), failures);
        String figures =
                compared == 0
                        ? ""
                        : words(
                                "; against the current model: consistency %+.2f dB, sharpness %+.1f %%, seams %+.2f, time x%.2f",
                                consistencyGain(), sharpnessGain(), seam / compared, slowdown());
        return progress + figures;
    }

    /** Why the verdict is what it is, in a sentence. */
    public String reason() {
        if (failures > settings.failures()) {
            return describe()
                    + "; at most %d may fail: %s".formatted(settings.failures(), lastFailure);
        }
        String worse = worseIn();
        return worse.isEmpty() ? describe() : describe() + "; " + worse;
    }
}
