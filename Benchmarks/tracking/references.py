"""Trackers from PyPI with their default settings, each a function from a sequence to rows of tracks for each frame."""

import cv2
import norfair
import norfair.camera_motion
import numpy
import supervision
import trackers

# norfair has no defaults for these; the overlap of two boxes must be more than 1 - IOU_DISTANCE.
IOU_DISTANCE = 0.7
LEAST_SCORE = 0.3


def boxes(rows):
    """Detections as supervision has them."""
    corners = numpy.concatenate([rows[:, 1:3], rows[:, 1:3] + rows[:, 3:5]], axis=1) if len(rows) else \
        numpy.empty((0, 4))
    return supervision.Detections(
        xyxy=corners.astype(numpy.float32), confidence=rows[:, 5].astype(numpy.float32),
        class_id=numpy.zeros(len(rows), int))


def tracks(found):
    """Rows of id, left, top, width, height of what has an id."""
    if found.tracker_id is None or not len(found):
        return numpy.empty((0, 5))
    kept = found.tracker_id >= 0
    corners = found.xyxy[kept]
    return numpy.column_stack([found.tracker_id[kept], corners[:, :2], corners[:, 2:] - corners[:, :2]])


def supervision_bytetrack(sequence):
    tracker = supervision.ByteTrack(frame_rate=int(sequence.rate))
    return [tracks(tracker.update_with_detections(boxes(rows))) for rows in sequence.detections]


def bytetrack(sequence):
    tracker = trackers.ByteTrackTracker(frame_rate=sequence.rate)
    return [tracks(tracker.update(boxes(rows))) for rows in sequence.detections]


def botsort(sequence):
    """With its camera motion compensation, which needs pictures."""
    tracker = trackers.BoTSORTTracker(frame_rate=sequence.rate)
    return [
        tracks(tracker.update(boxes(rows), frame=cv2.imread(str(picture))))
        for rows, picture in zip(sequence.detections, sequence.pictures)]


def norfair_iou(sequence, motions=None):
    tracker = norfair.Tracker("iou", IOU_DISTANCE, initialization_delay=2, detection_threshold=LEAST_SCORE)
    result = []
    for frame, rows in enumerate(sequence.detections):
        found = [
            norfair.Detection(numpy.array([row[1:3], row[1:3] + row[3:5]]), scores=numpy.full(2, row[5]))
            for row in rows if row[5] >= LEAST_SCORE]
        known = tracker.update(found, coord_transformations=motions[frame] if motions else None)
        # As norfair draws them: what has not been seen for some frames is kept but not shown.
        result.append(numpy.array(
            [[item.id, *item.estimate[0], *(item.estimate[1] - item.estimate[0])] for item in known
            if item.live_points.any()]).reshape(-1, 5))
    return result


def norfair_camera(sequence):
    """With norfair's motion estimator, by homographies, the detections masked."""
    estimator = norfair.camera_motion.MotionEstimator(
        transformations_getter=norfair.camera_motion.HomographyTransformationGetter())
    motions = []
    for rows, picture in zip(sequence.detections, sequence.pictures):
        image = cv2.imread(str(picture))
        mask = numpy.ones(image.shape[:2], numpy.uint8)
        for left, top, width, height in rows[:, 1:5].astype(int):
            mask[max(top, 0):top + height, max(left, 0):left + width] = 0
        motions.append(estimator.update(image, mask))
    return norfair_iou(sequence, motions)


PLAIN = {
    "supervision ByteTrack": supervision_bytetrack, "trackers ByteTrack": bytetrack, "norfair": norfair_iou,
}
WITH_CAMERA = {"trackers BoT-SORT with camera": botsort, "norfair with camera": norfair_camera}
