package io.upriver.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.WholeFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Training runs as a picture: the loss of each report and the validation PSNR against the steps
 * taken, with bicubic enlargement as a dashed line. Everything comes from the runs' {@code
 * log.jsonl}; needs no screen.
 */
final class Curves {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final TreeMap<Long, Double> loss = new TreeMap<>();
    private final TreeMap<Long, Double> validation = new TreeMap<>();
    private final TreeSet<Double> bicubic = new TreeSet<>();

    private Curves(String name) {
        this.name = name;
    }

    /**
     * Draws runs into one picture.
     *
     * @throws IOException if a run has no log, or a log nothing to show
     */
    static void draw(List<Path> runs, Path png) throws IOException {
        List<Curves> curves = new ArrayList<>();
        for (Path run : new LinkedHashSet<>(runs)) {
            curves.add(read(run, name(run, runs)));
        }
        XYChart losses = chart("loss", "#0.0000", LegendPosition.InsideNE);
        XYChart validations = chart("validation PSNR, dB", "#0.00", LegendPosition.InsideSE);
        TreeSet<Double> bicubic = new TreeSet<>();
        for (Curves one : curves) {
            add(losses, one.name, one.loss);
            add(validations, one.name, one.validation);
            bicubic.addAll(one.bicubic);
        }
        long last = curves.stream().mapToLong(Curves::lastStep).max().orElseThrow();
        bicubic.forEach(psnr -> addBicubic(validations, psnr, last));
        List<XYChart> charts = new ArrayList<>(List.of(validations));
        if (!losses.getSeriesMap().isEmpty()) {
            charts.add(0, losses);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(charts, charts.size(), 1, bytes, BitmapFormat.PNG);
        WholeFile.write(png, bytes.toByteArray());
    }

    /**
     * A listener that passes everything on and after each validation draws {@code curves.png} into
     * the run's folder. A picture that cannot be drawn does not stop the training.
     */
    static Training.Listener following(Path run, PrintWriter log, Training.Listener next) {
        return new Training.Listener() {
            @Override
            public void stepped(long step, float loss) {
                next.stepped(step, loss);
            }

            @Override
            public void progress(long step, long steps, double loss, double millisPerStep) {
                next.progress(step, steps, loss, millisPerStep);
            }

            @Override
            public void validated(Scores scores) {
                next.validated(scores);
                try {
                    draw(List.of(run), run.resolve("curves.png"));
                } catch (IOException | RuntimeException | InternalError | LinkageError e) {
                    // errors: a system without any font
                    log.println(run + ": curves.png could not be drawn: " + e);
                }
            }
        };
    }

    /** A run that was taken up again has repeated some steps: the later report counts. */
    private static Curves read(Path run, String name) throws IOException {
        Curves curves = new Curves(name);
        Path log = run.resolve("log.jsonl");
        if (!Files.isRegularFile(log)) {
            throw new IOException(run + ": no training run (log.jsonl is missing)");
        }
        for (String line : Files.readAllLines(log)) {
            JsonNode entry = JSON.readTree(line);
            long step = entry.path("step").asLong();
            switch (entry.path("event").asText()) {
                case "progress" -> put(curves.loss, step, entry.path("loss").asDouble());
                case "validation" -> {
                    put(curves.validation, step, entry.path("validationPsnr").asDouble());
                    curves.bicubic.add(entry.path("bicubicPsnr").asDouble());
                }
                default -> {} // nothing to draw
            }
        }
        if (curves.validation.isEmpty()) {
            throw new IOException(log + ": no validation in it yet");
        }
        return curves;
    }

    private static void put(NavigableMap<Long, Double> points, long step, double value) {
        points.tailMap(step, true).clear();
        if (Double.isFinite(value)) {
            points.put(step, value);
        }
    }

    private static String name(Path run, List<Path> runs) {
        Path name = run.toAbsolutePath().normalize().getFileName();
        boolean alone =
                runs.stream()
                                .filter(
                                        other ->
                                                other.toAbsolutePath()
                                                        .normalize()
                                                        .getFileName()
                                                        .equals(name))
                                .count()
                        == 1;
        return (alone ? name : run).toString();
    }

    private long lastStep() {
        return Math.max(validation.lastKey(), loss.isEmpty() ? 0 : loss.lastKey());
    }

    private static XYChart chart(String yTitle, String yPattern, LegendPosition legend) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .xAxisTitle("steps")
                        .yAxisTitle(yTitle)
                        .build();
        chart.getStyler().setLegendPosition(legend).setChartBackgroundColor(Color.WHITE);
        chart.getStyler()
                .setXAxisMin(0.0)
                .setYAxisDecimalPattern(yPattern)
                .setXAxisDecimalPattern("#,##0")
                .setLocale(Locale.ROOT);
        return chart;
    }

    private static void add(XYChart chart, String name, Map<Long, Double> points) {
        if (!points.isEmpty()) {
            XYSeries line =
                    chart.addSeries(
                            name, List.copyOf(points.keySet()), List.copyOf(points.values()));
            line.setMarker(points.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE)
                    .setLineWidth(1.5f);
        }
    }

    private static void addBicubic(XYChart chart, double psnr, long last) {
        XYSeries line =
                chart.addSeries(
                        String.format(Locale.ROOT, "bicubic %.2f", psnr),
                        new double[] {0, Math.max(1, last)},
                        new double[] {psnr, psnr});
        line.setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.GRAY)
                .setLineStyle(
                        new BasicStroke(
                                1.5f,
                                BasicStroke.CAP_BUTT,
                                BasicStroke.JOIN_ROUND,
                                1,
                                new float[] {6, 4},
                                0));
    }
}
