// The kernel's interface to cameras, and what Swift cannot see of it: numbers that are made by macros.
#pragma once
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/videodev2.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

enum : unsigned long {
    ARETE_QUERYCAP = VIDIOC_QUERYCAP,
    ARETE_ENUM_FMT = VIDIOC_ENUM_FMT,
    ARETE_ENUM_FRAMESIZES = VIDIOC_ENUM_FRAMESIZES,
    ARETE_ENUM_FRAMEINTERVALS = VIDIOC_ENUM_FRAMEINTERVALS,
    ARETE_S_FMT = VIDIOC_S_FMT,
    ARETE_S_PARM = VIDIOC_S_PARM,
    ARETE_QUERY_EXT_CTRL = VIDIOC_QUERY_EXT_CTRL,
    ARETE_QUERYMENU = VIDIOC_QUERYMENU,
    ARETE_G_EXT_CTRLS = VIDIOC_G_EXT_CTRLS,
    ARETE_S_EXT_CTRLS = VIDIOC_S_EXT_CTRLS,
    ARETE_REQBUFS = VIDIOC_REQBUFS,
    ARETE_QUERYBUF = VIDIOC_QUERYBUF,
    ARETE_QBUF = VIDIOC_QBUF,
    ARETE_DQBUF = VIDIOC_DQBUF,
    ARETE_STREAMON = VIDIOC_STREAMON,
    ARETE_STREAMOFF = VIDIOC_STREAMOFF,
    ARETE_DMA_BUF_SYNC = DMA_BUF_IOCTL_SYNC,
    ARETE_DMA_HEAP_ALLOC = DMA_HEAP_IOCTL_ALLOC,
};

static inline unsigned arete_device_major(dev_t device) { return major(device); }
static inline unsigned arete_device_minor(dev_t device) { return minor(device); }
