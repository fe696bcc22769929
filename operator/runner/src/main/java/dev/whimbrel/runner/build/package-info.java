/**
 * Steps that a build of Cloud Build does instead of a pod.
 *
 * <p>The pod of the Job ({@link dev.whimbrel.runner.build.BuildJob}) submits the build and watches
 * it; in the build the same runner does the same steps ({@link
 * dev.whimbrel.runner.build.BuildRunner}). What the steps leave behind comes back as outputs of the
 * build's steps ({@link dev.whimbrel.runner.build.BuildOutput}, {@link
 * dev.whimbrel.runner.build.BuildDocuments}), and the pod leaves it behind as if it had done the
 * work: whoever reads the Job cannot tell the difference.
 */
package dev.whimbrel.runner.build;
