/* One 2-H-1 sigmoid network, full batch, log loss, Adam: the plain loop that a compiler can make fast.
   x: 2 x n, y: n, first: 3 x H (last row the bias), second: (H + 1) x 1. Returns the final log loss. */
#include <math.h>
#include <string.h>

#define MOST_UNITS 16
#define MOST_POINTS 512

static void adam(float *w, const float *g, float *m, float *v, int size, float rate, int t) {
  const float fix = rate * sqrtf(1 - powf(0.999f, t)) / (1 - powf(0.9f, t));
  for (int i = 0; i < size; i++) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    w[i] -= fix * m[i] / (sqrtf(v[i]) + 1e-8f);
  }
}

float train(const float *restrict x, const float *restrict y, float *restrict first, float *restrict second, int n, int hidden, int steps, float rate) {
  static float a[MOST_UNITS][MOST_POINTS], out[MOST_POINTS], delta[MOST_POINTS];
  float g1[3 * MOST_UNITS], g2[MOST_UNITS + 1];
  float m1[3 * MOST_UNITS] = {0}, v1[3 * MOST_UNITS] = {0}, m2[MOST_UNITS + 1] = {0}, v2[MOST_UNITS + 1] = {0};
  float loss = 0;
  for (int t = 1; t <= steps + 1; t++) {
    for (int k = 0; k < n; k++) out[k] = second[hidden];
    for (int j = 0; j < hidden; j++) {
      const float w0 = first[j], w1 = first[hidden + j], b = first[2 * hidden + j], v = second[j];
      for (int k = 0; k < n; k++) {
        a[j][k] = 1 / (1 + expf(-(w0 * x[k] + w1 * x[n + k] + b)));
        out[k] += v * a[j][k];
      }
    }
    if (t > steps) break; /* the last pass is for the loss */
    float bias = 0;
    for (int k = 0; k < n; k++) {
      delta[k] = (1 / (1 + expf(-out[k])) - y[k]) / n;
      bias += delta[k];
    }
    g2[hidden] = bias;
    for (int j = 0; j < hidden; j++) {
      float s = 0, s0 = 0, s1 = 0, sb = 0;
      for (int k = 0; k < n; k++) {
        const float d = delta[k] * second[j] * a[j][k] * (1 - a[j][k]);
        s += delta[k] * a[j][k];
        s0 += d * x[k];
        s1 += d * x[n + k];
        sb += d;
      }
      g2[j] = s;
      g1[j] = s0;
      g1[hidden + j] = s1;
      g1[2 * hidden + j] = sb;
    }
    adam(first, g1, m1, v1, 3 * hidden, rate, t);
    adam(second, g2, m2, v2, hidden + 1, rate, t);
  }
  for (int k = 0; k < n; k++) loss += fmaxf(out[k], 0) - y[k] * out[k] + logf(1 + expf(-fabsf(out[k])));
  return loss / n;
}
