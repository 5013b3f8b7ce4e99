namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>
/// What is wrong with a form, by the API's field path (<c>name</c>, <c>settings.url</c>). Fields show their own; what no field on the
/// page claims, the form tells in its summary, so nothing that the gateway said is lost.
/// </summary>
public sealed class FormErrors
{
    private readonly Dictionary<string, string[]> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _claims = new(StringComparer.Ordinal);

    /// <summary>Raised when a message came or went.</summary>
    public event Action? Changed;

    /// <summary>There is something wrong.</summary>
    public bool Any => _messages.Count > 0;

    /// <summary>Messages that no field shows, with their path.</summary>
    public IReadOnlyList<(string Path, string Message)> Unclaimed =>
        [.. _messages.Where(m => !_claims.Keys.Any(c => Belongs(m.Key, c))).SelectMany(m => m.Value.Select(v => (m.Key, v)))];

    /// <summary>What is wrong with that field, or with an item of its list (<c>path[2]</c>).</summary>
    public IReadOnlyList<string> Of(string path) => [.. _messages.Where(m => Belongs(m.Key, path)).SelectMany(m => m.Value)];

    /// <summary>What is wrong with that list as a whole or with a whole item of it, and not with a field of an item.</summary>
    public IReadOnlyList<string> OfList(string path) =>
        [.. _messages.Where(m => Belongs(m.Key, path) && m.Key.IndexOf('.', path.Length) < 0).SelectMany(m => m.Value.Select(v => m.Key == path ? v : $"{Ordinal(m.Key, path)}: {v}"))];

    /// <summary>Something is wrong at that path or below it.</summary>
    public bool Within(string path) => _messages.Keys.Any(k => Belongs(k, path) || k.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Replaces a field's messages with one, or with none.</summary>
    public void Set(string path, string? message)
    {
        var had = Remove(path);
        if (message is not null) _messages[path] = [message];
        if (had || message is not null) Changed?.Invoke();
    }

    /// <summary>Replaces all messages, as they come from the gateway.</summary>
    public void Set(IReadOnlyDictionary<string, string[]> errors)
    {
        _messages.Clear();
        foreach (var (path, messages) in errors) _messages[path] = messages;
        Changed?.Invoke();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (!Any) return;
        _messages.Clear();
        Changed?.Invoke();
    }

    internal void Claim(string path) => _claims[path] = _claims.GetValueOrDefault(path) + 1;

    internal void Release(string path)
    {
        if (_claims.GetValueOrDefault(path) > 1) _claims[path]--;
        else _claims.Remove(path);
    }

    /// <summary>As people count: <c>path[2]</c> is the third.</summary>
    private static string Ordinal(string key, string path) =>
        int.TryParse(key.AsSpan(path.Length).Trim("[]"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index)
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Row {index + 1}") : key;

    private static bool Belongs(string path, string field) => path == field || path.StartsWith(field + "[", StringComparison.Ordinal);

    private bool Remove(string path)
    {
        var gone = _messages.Keys.Where(k => Belongs(k, path)).ToArray();
        foreach (var key in gone) _messages.Remove(key);
        return gone.Length > 0;
    }
}
