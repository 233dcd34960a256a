package io.upriver.demo;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A font of lines and arcs, to be drawn with a pen of any width.
 *
 * <p>Our own, since a machine without a desktop may have no fonts, and then Java cannot write. The
 * characters are in {@code strokes.txt}; one that is not there is an error, a space excepted.
 * Immutable.
 */
final class StrokeFont {

    /** From the top of a capital to the base line, in the units of the file. */
    private static final double CAPITAL = 6;

    private static final double GAP = 1.6;
    private static final double SPACE = 1.4;

    private record Glyph(double width, Path2D strokes) {}

    private final Map<Character, Glyph> glyphs = new HashMap<>();

    StrokeFont() {
        try (InputStream in = StrokeFont.class.getResourceAsStream("strokes.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.startsWith("# ")).forEach(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        String[] parts = line.substring(1).split("\\|", -1);
        Path2D strokes = new Path2D.Double();
        for (int i = 1; i < parts.length; i++) {
            strokes.append(stroke(parts[i].strip()), false);
        }
        glyphs.put(line.charAt(0), new Glyph(Double.parseDouble(parts[0]), strokes));
    }

    private static Shape stroke(String text) {
        if (text.startsWith("@")) {
            double[] n = numbers(text.substring(1));
            return new Arc2D.Double(
                    n[0] - n[2], n[1] - n[3], 2 * n[2], 2 * n[3], n[4], n[5], Arc2D.OPEN);
        }
        Path2D path = new Path2D.Double();
        for (String point : text.split(" ", -1)) {
            double[] n = numbers(point);
            if (path.getCurrentPoint() == null) {
                path.moveTo(n[0], n[1]);
            } else {
                path.lineTo(n[0], n[1]);
            }
        }
        return path;
    }

    private static double[] numbers(String text) {
        String[] words = text.split(",", -1);
        double[] numbers = new double[words.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Double.parseDouble(words[i]);
        }
        return numbers;
    }

    /**
     * The strokes of one line of text.
     *
     * @param x where it begins
     * @param baseline where its letters stand
     * @param capital height of a capital
     */
    Path2D line(String text, double x, double baseline, double capital) {
        double unit = capital / CAPITAL;
        Path2D line = new Path2D.Double();
        double at = x;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ' ') {
                AffineTransform place = new AffineTransform(unit, 0, 0, unit, at, baseline);
                place.translate(0, -CAPITAL);
                line.append(glyph(c).strokes().getPathIterator(place), false);
            }
            at += advance(c) * unit;
        }
        return line;
    }

    /** How long a line of text is, without the gap behind its last character. */
    double width(String text, double capital) {
        double units = text.chars().mapToDouble(c -> advance((char) c)).sum();
        return (units - GAP) * capital / CAPITAL;
    }

    private double advance(char c) {
        return GAP + (c == ' ' ? SPACE : glyph(c).width());
    }

    private Glyph glyph(char c) {
        Glyph glyph = glyphs.get(c);
        if (glyph == null) {
            throw new IllegalArgumentException("the font of strokes has no '" + c + "'");
        }
        return glyph;
    }
}
