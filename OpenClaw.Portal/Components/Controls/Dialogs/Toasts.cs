namespace OpenClaw.Portal.Components.Controls.Dialogs;

/// <summary>Passing notes at the edge of the window; they outlive a change of page. One per circuit.</summary>
public sealed class Toasts(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(12);
    private readonly Lock _gate = new();
    private readonly List<Toast> _shown = [];

    internal event Action? Changed;

    internal IReadOnlyList<Toast> Shown
    {
        get
        {
            lock (_gate) return [.. _shown];
        }
    }

    /// <summary>Tells that something is done. With <paramref name="undo"/> it can be taken back for 12 seconds, else it goes after 6.</summary>
    public void Show(string text, Func<Task>? undo = null) => Add(new(text, IsFault: false, undo), undo is null ? Short : Long);

    /// <summary>Tells that something did not work. It stays until it is closed.</summary>
    public void Fail(string text) => Add(new(text, IsFault: true, null), null);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var toast in _shown) toast.Timer?.Dispose();
            _shown.Clear();
        }
    }

    internal void Close(Toast toast)
    {
        lock (_gate)
        {
            if (!_shown.Remove(toast)) return;
            toast.Timer?.Dispose();
        }

        Changed?.Invoke();
    }

    private void Add(Toast toast, TimeSpan? life)
    {
        lock (_gate)
        {
            _shown.Add(toast);
            if (life is { } span) toast.Timer = time.CreateTimer(_ => Close(toast), null, span, Timeout.InfiniteTimeSpan);
        }

        Changed?.Invoke();
    }

    /// <summary>One note. A class: two with the same words are two.</summary>
    internal sealed class Toast(string text, bool IsFault, Func<Task>? undo)
    {
        public string Text => text;

        public bool IsFault { get; } = IsFault;

        public Func<Task>? Undo => undo;

        public ITimer? Timer { get; set; }
    }
}
