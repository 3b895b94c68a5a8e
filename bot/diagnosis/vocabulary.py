"""What libraries and people call activations, losses, optimizers and starts, and our names for them."""

import re

_LETTERS = re.compile(r"[^a-z0-9]+")

ACTIVATIONS = {
    "linear": "linear", "identity": "linear", "none": "linear", "purelin": "linear",
    "sigmoid": "sigmoid", "logistic": "sigmoid", "logsig": "sigmoid", "expit": "sigmoid", "sigm": "sigmoid",
    "sig": "sigmoid", "tanh": "tanh", "tansig": "tanh", "hyperbolictangent": "tanh", "relu": "relu", "relu6": "relu",
    "rectifier": "relu", "rectify": "relu", "leakyrelu": "leaky_relu", "lrelu": "leaky_relu", "prelu": "leaky_relu",
    "rrelu": "leaky_relu", "thresholdedrelu": "relu", "elu": "elu", "celu": "elu", "selu": "selu", "gelu": "gelu",
    "swish": "swish", "silu": "swish", "mish": "swish", "hardswish": "swish", "softplus": "softplus",
    "softsign": "softsign", "hardsigmoid": "hard_sigmoid", "hardtanh": "tanh", "step": "step", "heaviside": "step",
    "sign": "step", "binarystep": "step", "sin": "sine", "sine": "sine", "softmax": "softmax",
    "logsoftmax": "log_softmax", "exponential": "other",
}
LOSSES = {
    "binarycrossentropy": "log_loss", "bce": "log_loss", "bceloss": "log_loss", "logloss": "log_loss",
    "bcewithlogitsloss": "log_loss", "binarycrossentropywithlogits": "log_loss",
    "sigmoidcrossentropywithlogits": "log_loss", "sigmoidcrossentropy": "log_loss",
    "weightedcrossentropywithlogits": "log_loss",
    "categoricalcrossentropy": "cross_entropy", "softmaxcrossentropywithlogits": "cross_entropy",
    "softmaxcrossentropywithlogitsv2": "cross_entropy", "softmaxcrossentropy": "cross_entropy",
    "sparsecategoricalcrossentropy": "sparse_cross_entropy", "sparsesoftmaxcrossentropy": "sparse_cross_entropy",
    "sparsesoftmaxcrossentropywithlogits": "sparse_cross_entropy", "crossentropyloss": "sparse_cross_entropy",
    "nllloss": "nll",
    "mse": "squared_error", "mseloss": "squared_error", "meansquarederror": "squared_error",
    "squarederror": "squared_error", "rmse": "squared_error", "meansquareerror": "squared_error",
    "squareddifference": "squared_error", "l2loss": "squared_error",
    "mae": "absolute_error", "l1loss": "absolute_error", "meanabsoluteerror": "absolute_error", "l1": "absolute_error",
    "absolutedifference": "absolute_error",
    "huber": "huber", "huberloss": "huber", "smoothl1loss": "huber", "logcosh": "huber",
    "hinge": "hinge", "squaredhinge": "hinge", "categoricalhinge": "hinge", "hingeloss": "hinge",
    "poisson": "other", "kldivergence": "other", "kld": "other", "kldivloss": "other", "cosinesimilarity": "other",
    "cosineproximity": "other", "meansquaredlogarithmicerror": "other", "msle": "other",
    "meanabsolutepercentageerror": "other", "mape": "other", "multilabelsoftmarginloss": "log_loss",
    "bceloss2d": "log_loss", "softmarginloss": "other", "multimarginloss": "hinge",
}
ON_LOGITS = {  # losses that apply the sigmoid or softmax themselves
    "bcewithlogitsloss", "binarycrossentropywithlogits", "sigmoidcrossentropywithlogits", "sigmoidcrossentropy",
    "weightedcrossentropywithlogits", "softmaxcrossentropywithlogits", "softmaxcrossentropywithlogitsv2",
    "softmaxcrossentropy", "sparsesoftmaxcrossentropy", "sparsesoftmaxcrossentropywithlogits", "crossentropyloss",
    "multilabelsoftmarginloss",
}
OPTIMIZERS = {
    "sgd": "sgd", "gradientdescent": "sgd", "gradientdescentoptimizer": "sgd", "momentumoptimizer": "momentum",
    "momentum": "momentum", "nesterov": "nesterov", "rmsprop": "rmsprop", "rmspropoptimizer": "rmsprop",
    "adam": "adam", "adamw": "adam", "nadam": "adam", "radam": "adam", "adamoptimizer": "adam", "adagrad": "adagrad",
    "adagradoptimizer": "adagrad", "adadelta": "adadelta", "adadeltaoptimizer": "adadelta", "adamax": "adamax",
    "lbfgs": "lbfgs", "ftrl": "other", "rprop": "other", "asgd": "sgd", "sparseadam": "adam", "lion": "other",
}
STARTS = {
    "zero": "zeros", "zeros": "zeros", "one": "constant", "ones": "constant", "constant": "constant",
    "uniform": "uniform", "randomuniform": "uniform", "normal": "normal", "gaussian": "normal",
    "randomnormal": "normal", "truncatednormal": "normal", "glorotuniform": "glorot_uniform",
    "xavieruniform": "glorot_uniform", "xavier": "glorot_uniform", "xavierinitializer": "glorot_uniform",
    "glorotnormal": "glorot_normal", "xaviernormal": "glorot_normal", "heuniform": "he_uniform",
    "kaiminguniform": "he_uniform", "henormal": "he_normal", "kaimingnormal": "he_normal", "he": "he_normal",
    "lecununiform": "lecun_uniform", "lecunnormal": "lecun_normal", "variancescaling": "lecun_normal",
    "orthogonal": "orthogonal", "identity": "other",
}
OTHER_LAYERS = {
    "conv1d": "conv", "conv2d": "conv", "conv3d": "conv", "convolution": "conv", "separableconv": "conv",
    "depthwiseconv": "conv", "convtranspose": "conv", "lazyconv": "conv", "convlstm": "lstm", "lstm": "lstm",
    "cudnnlstm": "lstm", "gru": "lstm", "simplernn": "lstm", "rnn": "lstm", "basiclstmcell": "lstm",
    "embedding": "embedding", "multiheadattention": "attention", "transformer": "attention",
}
METRICS = {"accuracy": "accuracy", "acc": "accuracy", "binaryaccuracy": "accuracy", "categoricalaccuracy": "accuracy",
           "sparsecategoricalaccuracy": "accuracy", "mae": "mae", "meanabsoluteerror": "mae", "mse": "mse",
           "meansquarederror": "mse", "rootmeansquarederror": "rmse", "auc": "auc", "precision": "precision",
           "recall": "recall"}


def plain(name: str) -> str:
    """A name without capitals, dots and underscores: `tf.nn.leaky_relu` and `LeakyReLU` are both leakyrelu."""
    return _LETTERS.sub("", name.rsplit(".", 1)[-1].lower())


def other_layer(name: str) -> str | None:
    """The kind of a layer that is not dense: conv, lstm, embedding, attention."""
    lower = name.lower()
    return next((kind for start, kind in OTHER_LAYERS.items() if lower.startswith(start)), None)
