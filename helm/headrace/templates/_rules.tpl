{{- /* What the operator may do with the objects of StreamJobs: cluster-wide, or in each namespace that it watches. */ -}}
{{- /* A server-side apply of what is not there yet needs create as well as patch. */ -}}
{{- define "headrace.rules" -}}
# The jobs themselves: read, and given or relieved of the finalizer that carries out deletionPolicy; get is for when somebody else has
# changed one meanwhile.
- apiGroups: [headrace.dev]
  resources: [streamjobs]
  verbs: [get, list, watch, patch]
# Savepoints: those of a schedule are made, and go when they are past their retention.
- apiGroups: [headrace.dev]
  resources: [snapshots]
  verbs: [list, watch, create, patch, delete]
# What users are told of both.
- apiGroups: [headrace.dev]
  resources: [streamjobs/status, snapshots/status]
  verbs: [patch]
# One a revision: the pods of a job.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [list, watch, create, patch, delete]
# One a revision: the text of a job.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch, create, patch, delete]
# A job's address and account; they go with it.
- apiGroups: [""]
  resources: [services, serviceaccounts]
  verbs: [list, watch, create, patch]
# Who may reach a job's control API; it goes with the job.
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch]
# A drained node takes one pod of a job at a time; it goes with the job.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, patch]
# Pods are watched for where they are and why they do not start; those that remove state are made, and removed when they are done.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, create, patch, delete]
# What happened to a job, for kubectl describe. The group events.k8s.io takes no events with the times by which kubectl sorts them.
- apiGroups: [""]
  resources: [events]
  verbs: [create]
# Why a StatefulSet makes no pod, or a node does not start one, which stands nowhere else. Only of an object that stands still, and only
# its own are asked for.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [list]
{{- if .Values.watchNamespaceSelector }}
# Which namespaces are watched.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [list, watch]
{{- end }}
{{- end }}
