package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A database user of Google's IAM, who has no password. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record IamLogin(
    @Required
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "!self.endsWith('.gserviceaccount.com')",
            message =
                "credentials.iam.user is the name in PostgreSQL: leave .gserviceaccount.com out, as"
                    + " in kotori-migrator@kotori-io.iam")
        @JsonPropertyDescription(
            "Name of the user in PostgreSQL: the address of the Google service account of the Jobs"
                + " without .gserviceaccount.com, for example kotori-migrator@kotori-io.iam.")
        String user) {}
