package io.upriver.engine;

final class InterpolationUpscalerTwiceTest extends UpscalerContractTest {

    @Override
    Upscaler newUpscaler() {
        return new InterpolationUpscaler(2);
    }
}
