package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One GET request whose answer is known beforehand. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.url.matches('^https?://[^@/?#]+([/?#].*)?$')",
    message =
        "spec.verify.http[].url must be an http or https URL with a host and without user or"
            + " password; credentials go into headersFrom")
@ValidationRule(
    value =
        "!self.url.lowerAscii().matches('^https?://(169[.]254[.]|100[.]100[.]100[.]200([:/?#]|$)|"
            + "metadata([:/?#]|$)|metadata[.]google[.]internal|"
            + "[[](fe[89ab][0-9a-f]:|fd00:ec2:|fd20:ce:|::ffff:(169[.]254|a9fe:)))')",
    message =
        "spec.verify.http[].url must not name a metadata server or a link-local address: what they"
            + " answer is secret")
public record HttpCheck(
    @Required
        @Size(min = 1, max = 100)
        @JsonPropertyDescription("What is checked, in words. Unique in the list.")
        String name,
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "What to GET, as a pod of this namespace reaches it. Shown in the spec: not for"
                + " secrets.")
        String url,
    @Default("200") @Min(100) @Max(599) @JsonPropertyDescription("The status to expect.")
        Integer expectStatus,
    @Size(min = 1, max = 256)
        @ValidationRule(
            value = "''.matches(self) in [true, false]",
            message = "spec.verify.http[].bodyPattern must be a regular expression (RE2)")
        @JsonPropertyDescription(
            "Regular expression (RE2 syntax) that the first MiB of the body must contain a match"
                + " of. Bodies are not stored or shown.")
        String bodyPattern,
    @JsonPropertyDescription("Headers of the request, from a Secret.") HeaderSource headersFrom,
    @Default("5s")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('100ms') && duration(self) <= duration('60s')",
            message = "spec.verify.http[].timeout must be between 100ms and 60s")
        @JsonPropertyDescription("The longest that one request may take, its body included.")
        String timeout,
    @Default("3")
        @Min(0)
        @Max(10)
        @JsonPropertyDescription("How often a failed request is tried again, a second apart.")
        Integer retries,
    @JsonPropertyDescription(
            "Compare response times before and after the migration. Not compared where this is"
                + " absent.")
        LatencyCheck latency) {}
