package io.upriver.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** File jobs. */
@Schema(requiredProperties = "jobs")
record JobList(@Schema(description = "Jobs of this instance, the newest first.") List<Job> jobs) {}
