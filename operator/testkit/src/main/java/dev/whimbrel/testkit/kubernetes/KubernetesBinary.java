package dev.whimbrel.testkit.kubernetes;

import dev.whimbrel.testkit.process.GoPrograms;

/** One program of Kubernetes that the testkit builds and runs. */
public enum KubernetesBinary {
  /** The store behind the API server. */
  ETCD("etcd", "go.etcd.io/etcd/server/v3", "under a minute"),
  /** The API server. */
  KUBE_APISERVER("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", "about 5 minutes"),
  /** The built-in controllers: Jobs, garbage collection, namespaces, service accounts. */
  KUBE_CONTROLLER_MANAGER(
      "kube-controller-manager",
      "k8s.io/kubernetes/cmd/kube-controller-manager",
      "about 2 minutes"),
  /** The scheduler; only a real node needs it, a simulated one binds pods by itself. */
  KUBE_SCHEDULER("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", "under a minute"),
  /** The node agent of a real node. */
  KUBELET("kubelet", "k8s.io/kubernetes/cmd/kubelet", "about a minute");

  private final GoPrograms.Program program;

  KubernetesBinary(String fileName, String goPackage, String usualBuildTime) {
    this.program = new GoPrograms.Program(fileName, goPackage, usualBuildTime);
  }

  /** The name of the executable file. */
  public String fileName() {
    return program.fileName();
  }

  /** How it is built; the build times are measured on two cores, in this order. */
  GoPrograms.Program program() {
    return program;
  }
}
