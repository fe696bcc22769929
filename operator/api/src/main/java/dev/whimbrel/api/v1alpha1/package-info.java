/**
 * The custom resources of group {@code whimbrel.dev}, version {@code v1alpha1}: what people write
 * and what the operator answers. The CRDs in {@code crds/} are generated from these records, so a
 * description here is what {@code kubectl explain} prints, and a {@code @ValidationRule} is what
 * the API server refuses.
 *
 * <p>Data only. Fields are nullable as they are in JSON; lists are never null. Status words are
 * plain strings, because a status written by a newer operator must still be readable by an older
 * client. Compiled for Java 17, so that any client can use it.
 */
package dev.whimbrel.api.v1alpha1;
