using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Rules;

/// <summary>What is wrong with a body, field by field, in the platform's nested form.</summary>
internal sealed class FormErrors
{
    private readonly List<(string Path, string Code, string Message)> _all = [];

    public bool Any => _all.Count > 0;

    public int Count => _all.Count;

    /// <param name="path">Names and indexes with dots between, such as <c>embeds.0.title</c>; empty: the body itself.</param>
    /// <param name="code">The platform's code, such as BASE_TYPE_MAX_LENGTH.</param>
    /// <param name="message">For people.</param>
    public void Add(string path, string code, string message) => _all.Add((path, code, message));

    public void AddAll(FormErrors others) => _all.AddRange(others._all);

    public JsonObject ToJson()
    {
        JsonObject root = [];
        foreach (var (path, code, message) in _all)
        {
            var place = root;
            foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                if (place[part] is not JsonObject inner) place[part] = inner = [];
                place = inner;
            }

            if (place["_errors"] is not JsonArray errors) place["_errors"] = errors = [];
            errors.Add(new JsonObject { ["code"] = code, ["message"] = message });
        }

        return root;
    }

    public override string ToString() => string.Join("; ", _all.Select(e => $"{(e.Path.Length == 0 ? "body" : e.Path)}: {e.Message}"));
}
