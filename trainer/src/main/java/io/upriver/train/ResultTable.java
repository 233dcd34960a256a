package io.upriver.train;

import io.upriver.evaluate.Result;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Results of one scale, for people and for programs.
 *
 * @param scale by how much pictures grow
 * @param sets names of the test sets, in order
 * @param results rows
 */
record ResultTable(int scale, List<String> sets, List<Result> results) {
    private static final String NOTHING = "-";

    /**
     * Prints the rows with a heading; what was not measured here stands under a line of its own.
     */
    void print(PrintWriter out) {
        int names = results.stream().mapToInt(result -> name(result).length()).max().orElse(0);
        String format = "%-" + Math.max(names, 8) + "s  %8s  %6s  %7s";
        out.printf(format, "x" + scale, "params", "GMAC", "ms 360p");
        sets.forEach(set -> out.printf("  %-14s", set + " dB SSIM"));
        out.println();
        String source = Result.MEASURED;
        for (Result result : results) {
            if (!result.source().equals(source)) {
                source = result.source();
                out.println(source + ":");
            }
            out.printf(
                    format,
                    name(result),
                    thousands(result.parameters()),
                    scaled("%.1f", result.multiplyAdds(), 1e9),
                    number("%.1f", result.millisPerFrame()));
            for (String set : sets) {
                out.printf(
                        "  %6s %-7s",
                        number("%.2f", result.psnr().get(set)),
                        number("%.4f", result.ssim().get(set)));
            }
            out.println();
        }
    }

    private static String name(Result result) {
        return result.planes() == null
                ? result.name()
                : result.name() + " (" + result.planes().wireName() + ")";
    }

    private static String thousands(@Nullable Long number) {
        return number != null && number < 1000 ? number.toString() : scaled("%.1fK", number, 1e3);
    }

    private static String scaled(String format, @Nullable Long number, double unit) {
        return number(format, number == null ? null : Double.valueOf(number / unit));
    }

    private static String number(String format, @Nullable Double number) {
        return number == null ? NOTHING : String.format(Locale.ROOT, format, number);
    }
}
