"""The model families that can be trained, by name."""

from families import centre, faster_rcnn, mask_rcnn, unet, vgg16, yolo

RECIPES = {recipe.name: recipe for module in (centre, vgg16, faster_rcnn, yolo, mask_rcnn, unet) for recipe in module.RECIPES}
