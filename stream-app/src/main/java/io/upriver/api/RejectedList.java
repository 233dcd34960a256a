package io.upriver.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Rejected segments. */
@Schema(requiredProperties = "rejected")
record RejectedList(@Schema(description = "The newest first.") List<RejectedSegment> rejected) {}
