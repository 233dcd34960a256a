package io.upriver.hotswap;

import io.upriver.frame.Plane;
import io.upriver.media.Demuxer;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Track;
import io.upriver.media.VideoDecoder;
import java.util.ArrayList;
import java.util.List;

/** How bright the pictures of a segment are: what shows which model made each of them. */
final class Brightness {

    private Brightness() {}

    /** The mean luma of each picture, in code values, in the order of showing. */
    static List<Double> ofPictures(byte[] segment) {
        List<Double> means = new ArrayList<>();
        try (Demuxer demuxer = Demuxer.open(segment)) {
            Track video = demuxer.mainVideo();
            try (VideoDecoder decoder = new VideoDecoder(video, 1)) {
                for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                    try (Packet packet = next) {
                        decoder.decode(packet, picture -> add(picture, means));
                    }
                }
                decoder.decode(null, picture -> add(picture, means));
            }
        }
        return means;
    }

    private static void add(Picture taken, List<Double> means) {
        try (Picture picture = taken) {
            Plane luma = picture.planes().get(0);
            long sum = 0;
            for (int y = 0; y < luma.height(); y++) {
                for (int x = 0; x < luma.width(); x++) {
                    sum += luma.sample(x, y);
                }
            }
            means.add((double) sum / ((long) luma.width() * luma.height()));
        }
    }
}
