{{- define "headrace.name" -}}
{{- if contains "headrace" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-headrace" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "headrace.operator" -}}
{{ include "headrace.name" . }}-operator
{{- end }}

{{- define "headrace.account" -}}
{{ .Values.serviceAccount.name | default (include "headrace.operator" .) }}
{{- end }}

{{- define "headrace.keySecret" -}}
{{ .Values.controlKey.existingSecret | default (printf "%s-key" (include "headrace.operator" .)) }}
{{- end }}

{{/* By these the operator's pods are found; they never change. */}}
{{- define "headrace.selector" -}}
app.kubernetes.io/name: headrace-operator
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "headrace.labels" -}}
{{ include "headrace.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: headrace
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "headrace.clusterBinding" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .Release.Namespace }}-{{ include "headrace.operator" . }}
  labels: {{- include "headrace.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .Release.Namespace }}-{{ include "headrace.operator" . }}
subjects:
  - {kind: ServiceAccount, name: {{ include "headrace.account" . | quote }}, namespace: {{ .Release.Namespace | quote }}}
{{- end }}
