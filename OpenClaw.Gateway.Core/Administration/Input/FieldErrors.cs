namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>Collects what is wrong with an input, by field path.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Something is wrong at that path or below it: what is built on it need not be looked at.</summary>
    public bool Within(string path) => _errors.Keys.Any(k => k.StartsWith(path, StringComparison.Ordinal) && (k.Length == path.Length || k[path.Length] is '.' or '['));

    public void Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages)) _errors[field] = messages = [];
        messages.Add(message);
    }

    /// <summary>Those of a part, with their paths below the part's.</summary>
    public void AddAll(string path, FieldErrors part)
    {
        foreach (var (field, messages) in part._errors)
        foreach (var message in messages)
            Add(path.Length == 0 ? field : field.Length == 0 ? path : $"{path}.{field}", message);
    }

    public IReadOnlyDictionary<string, string[]> ToDictionary() => _errors.ToDictionary(e => e.Key, e => e.Value.ToArray());
}
