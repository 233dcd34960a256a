package io.upriver.engine;

final class InterpolationUpscalerThreeTimesTest extends UpscalerContractTest {

    @Override
    Upscaler newUpscaler() {
        return new InterpolationUpscaler(3);
    }
}
