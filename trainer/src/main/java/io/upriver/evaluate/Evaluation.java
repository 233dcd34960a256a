package io.upriver.evaluate;

import io.upriver.data.Bicubic;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.evaluate.PictureSheet.Example;
import io.upriver.schemas.ModelMetadata.Planes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Enlargers of one scale on the same test sets, each beside bicubic enlargement of what it reads:
 * networks of luma on planes of luma, networks of colour on colour. Used by one thread; the
 * enlargers stay with the caller, open until the examples are taken.
 */
public final class Evaluation {
    /** Width of the output for which multiply-adds are counted. */
    public static final int COST_WIDTH = 1280;

    /** Its height. */
    public static final int COST_HEIGHT = 720;

    /** The sets in luma or in colour, and bicubic enlargement on each of their pictures. */
    private record Ground(List<TestSet> sets, List<List<Quality>> bicubic) {}

    private record Measured(
            String name,
            Enlarger enlarger,
            @Nullable Double millisPerFrame,
            List<List<Quality>> qualities) {}

    private final int scale;
    private final List<Path> folders;
    private final NavigableMap<Integer, Ground> grounds = new TreeMap<>(); // by planes: 1, 3
    private final List<Measured> measured = new ArrayList<>();

    /**
     * @param folders one for each test set
     */
    public Evaluation(int scale, List<Path> folders) {
        this.scale = scale;
        this.folders = List.copyOf(folders);
    }

    /** By how much pictures grow here. */
    public int scale() {
        return scale;
    }

    /**
     * Measures one more.
     *
     * @param name what it is called in results and examples
     * @param millisPerFrame its time for a 640x360 frame, or null
     * @throws IOException if a set cannot be read
     */
    public void measure(String name, Enlarger enlarger, @Nullable Double millisPerFrame)
            throws IOException {
        if (enlarger.scale() != scale) {
            throw new IllegalArgumentException(
                    name + ": expected scale " + scale + ", got " + enlarger.scale());
        }
        if (!grounds.containsKey(enlarger.channels())) {
            grounds.put(enlarger.channels(), read(enlarger.channels()));
        }
        List<List<Quality>> qualities =
                grounds.get(enlarger.channels()).sets().stream()
                        .map(set -> set.measure(enlarger::upscale))
                        .toList();
        measured.add(new Measured(name, enlarger, millisPerFrame, qualities));
    }

    private Ground read(int channels) throws IOException {
        List<TestSet> sets = new ArrayList<>();
        for (Path folder : folders) {
            sets.add(TestSet.read(folder, scale, channels));
        }
        return new Ground(sets, sets.stream().map(TestSet::bicubic).toList());
    }

    /** Bicubic enlargement, what was measured, and what others have published on these sets. */
    public List<Result> results() {
        List<Result> results = new ArrayList<>();
        grounds.forEach(
                (channels, ground) ->
                        results.add(
                                result("bicubic", channels, null, null, null, ground.bicubic())));
        for (Measured one : measured) {
            results.add(
                    result(
                            one.name(),
                            one.enlarger().channels(),
                            known(one.enlarger().parameters()),
                            known(one.enlarger().multiplyAdds(COST_WIDTH, COST_HEIGHT)),
                            one.millisPerFrame(),
                            one.qualities()));
        }
        results.addAll(PublishedResults.of(scale, setNames()));
        return results;
    }

    /** Names of the sets, in order; empty before the first measurement. */
    public List<String> setNames() {
        return grounds.isEmpty()
                ? List.of()
                : grounds.firstEntry().getValue().sets().stream().map(TestSet::name).toList();
    }

    private Result result(
            String name,
            int channels,
            @Nullable Long parameters,
            @Nullable Long multiplyAdds,
            @Nullable Double millisPerFrame,
            List<List<Quality>> qualities) {
        Map<String, Double> psnr = new LinkedHashMap<>();
        Map<String, Double> ssim = new LinkedHashMap<>();
        List<String> names = setNames();
        for (int set = 0; set < names.size(); set++) {
            Quality mean = Quality.mean(qualities.get(set));
            psnr.put(names.get(set), mean.psnr());
            ssim.put(names.get(set), mean.ssim());
        }
        return new Result(
                name,
                Result.MEASURED,
                channels == 1 ? Planes.LUMA : Planes.RGB,
                parameters,
                multiplyAdds,
                millisPerFrame,
                psnr,
                ssim);
    }

    private static @Nullable Long known(long number) {
        return number < 0 ? null : number;
    }

    /** A picture of a set, by their numbers, and how far an enlarger gets from bicubic on it. */
    private record Place(int set, int picture, double gain) {}

    /** The pictures on which an enlarger differs most from bicubic in PSNR, enlarged by all. */
    public List<Example> examples(int most) {
        List<Place> places = new ArrayList<>();
        for (Measured one : measured) {
            Ground ground = grounds.get(one.enlarger().channels());
            for (int set = 0; set < folders.size(); set++) {
                for (int picture = 0; picture < one.qualities().get(set).size(); picture++) {
                    double gain =
                            one.qualities().get(set).get(picture).psnr()
                                    - ground.bicubic().get(set).get(picture).psnr();
                    places.add(new Place(set, picture, Double.isNaN(gain) ? 0 : Math.abs(gain)));
                }
            }
        }
        places.sort(Comparator.comparingDouble(Place::gain).reversed());
        return places.stream()
                .map(place -> new Place(place.set(), place.picture(), 0))
                .distinct()
                .limit(most)
                .map(this::example)
                .toList();
    }

    private Example example(Place place) {
        Map<String, Picture> enlarged = new LinkedHashMap<>();
        Ground shown = grounds.lastEntry().getValue(); // colour, if any network reads it
        ImagePair pair = shown.sets().get(place.set()).pairs().get(place.picture());
        enlarged.put("bicubic", Bicubic.enlarge(pair.low(), scale));
        for (Measured one : measured) {
            TestSet own = grounds.get(one.enlarger().channels()).sets().get(place.set());
            enlarged.put(
                    one.name(), one.enlarger().upscale(own.pairs().get(place.picture()).low()));
        }
        return new Example(pair, enlarged);
    }
}
