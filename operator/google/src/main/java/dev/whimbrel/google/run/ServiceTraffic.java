package dev.whimbrel.google.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A service as Cloud Run describes it, as far as its traffic goes.
 *
 * @param etag of what was read; a change that names it is refused where there was another since
 * @param latestReady short name of the newest revision that is ready; empty before there is one
 * @param wanted the split that was asked for
 * @param serving the split that serves; empty before there is one
 * @param settling whether Cloud Run is still busy with the last change
 * @param serviceAccount as whom the service runs; empty for the project's default
 */
public record ServiceTraffic(
    String etag,
    Optional<String> latestReady,
    List<Share> wanted,
    List<Share> serving,
    boolean settling,
    Optional<String> serviceAccount) {

  /** Copies the lists. */
  public ServiceTraffic {
    wanted = List.copyOf(wanted);
    serving = List.copyOf(serving);
  }

  /**
   * Who serves, each revision by its name: "the newest" means another one after the next
   * deployment. Where nothing serves yet, or Cloud Run does not say, what was asked for.
   */
  public List<Share> shares() {
    List<Share> shares = serving.isEmpty() ? wanted : serving;
    List<Share> known =
        shares.isEmpty() ? List.of(new Share(Optional.empty(), 100, Optional.empty())) : shares;
    return latestReady.isEmpty()
        ? known.stream().filter(share -> share.revision().isPresent()).toList()
        : known.stream().map(share -> share.of(latestReady.get())).toList();
  }

  /** Percent by revision, without those that get nothing. */
  Map<String, Integer> percents() {
    return percents(shares());
  }

  static Map<String, Integer> percents(List<Share> shares) {
    Map<String, Integer> percents = new TreeMap<>();
    shares.stream()
        .filter(share -> share.percent() > 0)
        .forEach(share ->
            percents.merge(share.revision().orElse("(newest)"), share.percent(), Integer::sum));
    return percents;
  }

  /** For people: {@code api-00012-abc 90 %, api-00013-def 10 %}. */
  public String text() {
    return text(percents());
  }

  static String text(Map<String, Integer> percents) {
    return percents.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue() + " %")
        .collect(Collectors.joining(", "));
  }
}
