"""What stands in for what the experiment does not have: tables from the names of a specification to its settings."""

DATA = {  # data sets of a specification that are shown as others, and what these are called
    "parity": ("xor", "XOR"), "iris": ("blobs", "three clouds"), "wine": ("blobs", "three clouds"),
    "digits": ("digits", ""), "mnist": ("digits", "8×8 digits"), "fashion_mnist": ("digits", "8×8 digits"),
    "cifar10": ("digits", "8×8 digits"), "housing": ("houses", "houses with area and rooms"),
    "diabetes": ("houses", "houses with area and rooms"), "titanic": ("moons", "two moons"),
    "breast_cancer": ("moons", "two moons"), "imdb": ("moons", "two moons"), "reuters": ("digits", "8×8 digits"),
}
KINDS = {  # of answers: 0 for numbers, else how many classes
    "xor": 2, "and": 2, "or": 2, "circles": 2, "moons": 2, "spirals": 2, "imbalanced": 2, "coffee": 2, "blobs": 3,
    "digits": 10, "line": 0, "sine": 0, "square": 0, "houses": 0,
}
CALLED = {"imdb": "IMDB", "reuters": "Reuters", "titanic": "the Titanic data", "housing": "the housing data",
          "breast_cancer": "the breast cancer data", "diabetes": "the diabetes data"}
ACTIVATIONS = {
    "elu": "relu", "selu": "relu", "gelu": "relu", "swish": "relu", "softsign": "tanh",
    "hard_sigmoid": "sigmoid", "sine": "tanh", "log_softmax": "softmax", "other": "relu",
}
OUTPUTS = {"leaky_relu": "relu", "softplus": "relu"}
LOSSES = {"hinge": "log_loss", "other": "squared_error"}
SAME_LOSS = ("sparse_cross_entropy", "nll")  # other names of the cross-entropy over classes
OPTIMIZERS = {"adagrad": "adam", "adadelta": "adam", "adamax": "adam", "lbfgs": "adam", "other": "sgd"}
STARTS = {"orthogonal": "glorot_uniform", "other": "glorot_uniform"}
DEFAULT_STARTS = {"keras": "glorot_uniform", "pytorch": "pytorch", "sklearn": "sklearn", "tensorflow": "normal"}
DEFAULT_RATES = {  # of Keras; PyTorch and scikit-learn have the same for Adam
    "sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "rmsprop": 0.001, "adam": 0.001,
}
SCALINGS = {"none": "raw", "standardised": "standardised", "minmax": "zero_to_one", "divided": "zero_to_one",
            "other": "standardised"}
UNSAID_SCALING = {"digits": "zero_to_one", "coffee": "standardised", "houses": "standardised"}
SLIPS = {  # flags of a specification that are slips of the experiment
    "zero_grad_missing": "gradients_kept", "update_before_gradients": "early_update",
    "weights_reset_in_loop": "weights_made_anew", "derivative_missing": "derivative_missing",
    "bias_not_updated": "biases_fixed", "parameters_missing": "hidden_fixed", "backward_missing": "never_updated",
    "step_missing": "never_updated", "zeroed_before_step": "never_updated", "no_grad_in_training": "never_updated",
    "detached": "never_updated",
}
