package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How to log in to the database: a union with exactly one member. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.secretRef), has(self.secretManager), has(self.urlEnv),"
            + " has(self.iam)].exists_one(x, x)",
    message =
        "exactly one of credentials.secretRef, credentials.secretManager, credentials.urlEnv and"
            + " credentials.iam must be set")
public record DatabaseCredentials(
    @JsonPropertyDescription(
            "A Secret in the same namespace with user and password. The operator never reads it;"
                + " the kubelet gives it to the Jobs.")
        CredentialsSecretRef secretRef,
    @JsonPropertyDescription(
            "A user, and a secret of Google Secret Manager with the password: read by the Jobs"
                + " under their ServiceAccount.")
        SecretManagerPassword secretManager,
    @Size(min = 1, max = 256)
        @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
        @JsonPropertyDescription(
            "The variable of spec.source.alembic.env that holds the URL by which the tool connects,"
                + " like DATABASE_URL: Whimbrel logs in by the same.")
        String urlEnv,
    @JsonPropertyDescription(
            "A user of Google's IAM on Cloud SQL, who logs in without a password: the Google"
                + " service account of the Jobs. Needs connect: Connector or Proxy.")
        IamLogin iam) {}
