/** What a changed job can take over of a snapshot: a comparison without side effects. */
package dev.headrace.core.upgrade;
