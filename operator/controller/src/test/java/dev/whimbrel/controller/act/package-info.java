/** Tests of what effects become: manifests, compared with files that people have read. */
package dev.whimbrel.controller.act;
