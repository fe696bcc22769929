/**
 * The one image of Whimbrel: what its containers start. Nothing else may live here; the module
 * exists to put the operator and the runner on one class path and that class path into an image.
 */
package dev.whimbrel.image;
