namespace OpenClaw.FakePlatforms.Faults;

/// <summary>Which requests go wrong, and how. Keys are the platform's methods or routes.</summary>
internal sealed class FaultPlan
{
    /// <summary>The key that stands for every method.</summary>
    public const string Any = "*";

    private readonly Lock _lock = new();
    private readonly List<Planned> _planned = [];

    /// <summary>The next request of this method goes wrong; or the next few. Plans of one method are used up in their order.</summary>
    public void Next(string method, Fault fault, int times = 1) => Add(method, fault, times);

    /// <summary>Every request of this method goes wrong until <see cref="Clear"/>.</summary>
    public void Always(string method, Fault fault) => Add(method, fault, int.MaxValue);

    public void Clear()
    {
        lock (_lock) _planned.Clear();
    }

    /// <summary>Takes the fault that is planned for this request; null: it goes well.</summary>
    public Fault? Take(string method)
    {
        lock (_lock)
        {
            var planned = _planned.Find(p => p.Method is Any || string.Equals(p.Method, method, StringComparison.OrdinalIgnoreCase));
            if (planned is null) return null;
            if (planned.Left != int.MaxValue && --planned.Left == 0) _planned.Remove(planned);
            return planned.Fault;
        }
    }

    private void Add(string method, Fault fault, int times)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_lock) _planned.Add(new(method, fault) { Left = times });
    }

    private sealed record Planned(string Method, Fault Fault)
    {
        public int Left { get; set; }
    }
}
