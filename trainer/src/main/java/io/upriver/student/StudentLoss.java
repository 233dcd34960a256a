package io.upriver.student;

import io.upriver.data.Batch;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a student is punished for. The only libtorch in this package's public types. */
public interface StudentLoss {
    /**
     * The loss of a batch, a scalar that gradients flow from. All tensors belong to the caller's
     * scope.
     *
     * @param output what the student gave, [count, channels, scale * side, scale * side]
     * @param truth what it should have given, of the same shape
     * @param taps values that the student computed on the way, by name
     * @param flat all parameters in one tensor: the student's, then the loss's own
     */
    Tensor of(Tensor output, Tensor truth, Map<String, Tensor> taps, Tensor flat, Batch batch);
}
