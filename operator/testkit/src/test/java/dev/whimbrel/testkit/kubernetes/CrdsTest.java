package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrdsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: CustomResourceDefinition                                 | false",
        "status: {conditions: null}                                     | false",
        "status: {conditions: []}                                       | false",
        "status: {conditions: [{type: Established, status: 'False'}]}   | false",
        "status: {conditions: [{type: NamesAccepted, status: 'True'}]}  | false",
        "status: {conditions: [{type: Established, status: 'True'}]}    | true",
      },
      quoteCharacter = '"')
  void isEstablishedWhenTheApiServerSaysSo(String crd, boolean established) {
    assertThat(Crds.established(Serialization.unmarshal(crd, CustomResourceDefinition.class)))
        .isEqualTo(established);
  }
}
