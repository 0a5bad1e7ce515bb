"""CIFAR-10: small photographs of animals and vehicles."""
