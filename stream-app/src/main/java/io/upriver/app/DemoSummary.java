package io.upriver.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.demo.Psnr;

/**
 * What the demo has to say, for programs.
 *
 * @param psnr luma against the frames as drawn, dB
 * @param picture the file with a frame before and after
 * @param page where the service answers
 */
record DemoSummary(
        JobSummary job, @JsonProperty("psnr_luma") Psnr psnr, String picture, String page) {

    String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the summary cannot be written as JSON", e);
        }
    }
}
