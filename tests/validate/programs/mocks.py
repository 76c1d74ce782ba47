# mocks.py - unittest with mocks, subtests and deep copies.
import copy
import unittest
import unittest.mock


def make():
    class Case(unittest.TestCase):
        def setUp(self):
            self.mock = unittest.mock.MagicMock()
            self.tree = {i: [i, {i: (i, str(i))}] for i in range(30)}

        def test_copies(self):
            for i in range(10):
                with self.subTest(i=i):
                    self.mock.f.g(i)
                    self.assertEqual(copy.deepcopy(self.tree), self.tree)

        def test_errors(self):
            with self.assertRaises(ZeroDivisionError):
                1 / 0
            self.mock(1, 2)
            self.mock.assert_called_with(1, 2)
    return Case


result = unittest.TestResult()
for _ in range(25):
    unittest.TestLoader().loadTestsFromTestCase(make()).run(result)
print(result.testsRun, len(result.errors), len(result.failures))
