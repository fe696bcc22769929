package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOperationMetadata;
import com.google.cloudbuild.v1.CancelBuildRequest;
import com.google.cloudbuild.v1.CloudBuildGrpc;
import com.google.cloudbuild.v1.CreateBuildRequest;
import com.google.cloudbuild.v1.GetBuildRequest;
import com.google.cloudbuild.v1.GetWorkerPoolRequest;
import com.google.cloudbuild.v1.ListBuildsRequest;
import com.google.cloudbuild.v1.ListBuildsResponse;
import com.google.cloudbuild.v1.WorkerPool;
import com.google.longrunning.Operation;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.Function;

/**
 * Cloud Build over gRPC: each call is answered by what the REST API answers, so that there is one
 * Cloud Build behind both.
 */
final class CloudBuildRpc extends CloudBuildGrpc.CloudBuildImplBase {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CloudBuildRest rest;
  private final FakeCalls calls;

  CloudBuildRpc(CloudBuildRest rest, FakeCalls calls) {
    this.rest = rest;
    this.calls = calls;
  }

  @Override
  public void createBuild(CreateBuildRequest request, StreamObserver<Operation> observer) {
    answer(
        new RestRequest("POST", builds(request.getParent()), Map.of(), json(request.getBuild())),
        body ->
            Operation.newBuilder()
                .setName(body.path("name").asText())
                .setMetadata(
                    Any.pack(
                        BuildOperationMetadata.newBuilder()
                            .setBuild(build(body.path("metadata").path("build")))
                            .build()))
                .build(),
        observer);
  }

  @Override
  public void getBuild(GetBuildRequest request, StreamObserver<Build> observer) {
    answer(
        new RestRequest("GET", "/v1/" + request.getName(), Map.of(), RestJson.object()),
        CloudBuildRpc::build,
        observer);
  }

  @Override
  public void listBuilds(ListBuildsRequest request, StreamObserver<ListBuildsResponse> observer) {
    answer(
        new RestRequest(
            "GET",
            builds(request.getParent()),
            Map.of(
                "filter",
                request.getFilter(),
                "pageSize",
                Integer.toString(Math.max(1, request.getPageSize()))),
            RestJson.object()),
        body -> {
          ListBuildsResponse.Builder list = ListBuildsResponse.newBuilder();
          body.path("builds").forEach(build -> list.addBuilds(build(build)));
          return list.build();
        },
        observer);
  }

  @Override
  public void cancelBuild(CancelBuildRequest request, StreamObserver<Build> observer) {
    answer(
        new RestRequest("POST", "/v1/" + request.getName() + ":cancel", Map.of(), json(request)),
        CloudBuildRpc::build,
        observer);
  }

  @Override
  public void getWorkerPool(GetWorkerPoolRequest request, StreamObserver<WorkerPool> observer) {
    answer(
        new RestRequest("GET", "/v1/" + request.getName(), Map.of(), RestJson.object()),
        body -> merged(body, WorkerPool.newBuilder()).build(),
        observer);
  }

  private static String builds(String parent) {
    return "/v1/" + parent + "/builds";
  }

  private <T> void answer(
      RestRequest request, Function<JsonNode, T> message, StreamObserver<T> observer) {
    if (!rest.serves(request.path())) {
      // Without a region it is the global Cloud Build, which knows no private pools.
      observer.onError(refusal(new ApiError(404, "NOT_FOUND", "Requested entity was not found.")));
      return;
    }
    FakeCalls.Reply reply = calls.answer(rest, request);
    calls.note(
        rest.call(request),
        "gRPC",
        request.path(),
        request.body().toString(),
        switch (reply) {
          case FakeCalls.Reply.Done done -> 200;
          case FakeCalls.Reply.Refused refused -> refused.error().status();
          case FakeCalls.Reply.Dropped dropped -> 0;
        });
    switch (reply) {
      case FakeCalls.Reply.Done done -> {
        observer.onNext(message.apply(done.body()));
        observer.onCompleted();
      }
      case FakeCalls.Reply.Refused refused -> observer.onError(refusal(refused.error()));
      case FakeCalls.Reply.Dropped dropped ->
          observer.onError(
              Status.UNAVAILABLE
                  .withDescription("recvmsg:Connection reset by peer")
                  .asRuntimeException());
    }
  }

  private static StatusRuntimeException refusal(ApiError error) {
    return Status.fromCode(Status.Code.valueOf(RestJson.status(error)))
        .withDescription(error.getMessage())
        .asRuntimeException();
  }

  private static Build build(JsonNode json) {
    return merged(json, Build.newBuilder()).build();
  }

  private static <T extends Message.Builder> T merged(JsonNode json, T builder) {
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(json.toString(), builder);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what the fake shows is no message: " + json, e);
    }
    return builder;
  }

  private static JsonNode json(Message message) {
    try {
      return JSON.readTree(JsonFormat.printer().print(message));
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
