package io.upriver.app;

import io.upriver.engine.OnnxRuntime;
import io.upriver.media.FfmpegLibrary;
import io.upriver.schemas.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the build, and what it works with. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            Build.CURRENT.describe("upriver"),
            "Java %s, FFmpeg %s, ONNX Runtime %s"
                    .formatted(Runtime.version(), FfmpegLibrary.version(), OnnxRuntime.version())
        };
    }
}
