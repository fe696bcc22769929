{{/* The name of what belongs to this release. */}}
{{- define "whimbrel.name" -}}
{{- if contains "whimbrel" .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-whimbrel" (.Release.Name | trunc 44 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{- define "whimbrel.serviceAccountName" -}}
{{- default (include "whimbrel.name" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* An operator that watches everything needs its role once, in the cluster; names of two releases must differ. */}}
{{- define "whimbrel.roleName" -}}
{{- printf "%s-operator" (include "whimbrel.name" .) -}}
{{- end -}}

{{- define "whimbrel.selector" -}}
app.kubernetes.io/name: whimbrel
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "whimbrel.labels" -}}
{{ include "whimbrel.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Image reference; call with (list $ .Values.image). */}}
{{- define "whimbrel.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default $root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The image of the Jobs: the operator's own where none is named. */}}
{{- define "whimbrel.runnerImage" -}}
{{- include "whimbrel.image" (list . (ternary .Values.runner.image .Values.image (ne .Values.runner.image.repository ""))) -}}
{{- end -}}

{{/* What the operator may do in the namespaces it watches. No Secrets: the kubelet gives them to the Jobs. */}}
{{- define "whimbrel.operatorRules" -}}
- apiGroups: [whimbrel.dev]
  resources: [databasemigrations, databaserestores]
  verbs: [get, list, watch, update, patch] # metadata: the finalizer
- apiGroups: [whimbrel.dev]
  resources: [databasemigrations/status, databaserestores/status, migrationplans/status, migrationapprovals/status]
  verbs: [update, patch]
- apiGroups: [whimbrel.dev]
  resources: [databasemigrations/finalizers, databaserestores/finalizers]
  verbs: [update] # owner references that block deletion
- apiGroups: [whimbrel.dev]
  resources: [migrationplans]
  verbs: [get, list, create, update, patch, delete]
- apiGroups: [whimbrel.dev]
  resources: [migrationapprovals]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [create, delete] # one per Job that changes a database, so that a drain waits for it
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch] # patch: the annotation that tells a runner its plan is recorded
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get] # the labels, by which a MigrationPolicy selects; a Role in a namespace grants that namespace only
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, patch]
{{- end -}}
