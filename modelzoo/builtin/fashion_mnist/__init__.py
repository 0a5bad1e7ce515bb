"""Fashion-MNIST: photographs of clothes, whole or as a sample that ships with the package."""
