using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>A field of a method or type in the description.</summary>
internal sealed record DescribedField(string Name, string[] Types, bool Required, FieldLimits Limits, string? Constant);

/// <summary>A method or a type; a type of subtypes has no fields.</summary>
internal sealed record Described(string Name, Dictionary<string, DescribedField> Fields, string[] Subtypes);

/// <summary>
/// The machine-readable description of the Bot API, which is not part of the repository. It stands in a file that the options
/// or <see cref="Variable"/> name, or in <c>shared/data/specs</c> beside a folder above the program.
/// </summary>
internal sealed class Description
{
    public const string Variable = "OPENCLAW_TELEGRAM_DESCRIPTION";

    private static readonly ConcurrentDictionary<string, Description> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Described> _methods;
    private readonly Dictionary<string, string> _names;
    private readonly TypeRules _types;

    private Description(string file)
    {
        var whole = JsonNode.Parse(File.ReadAllText(file))!;
        _methods = Read(whole["methods"]!);
        _names = _methods.Keys.ToDictionary(k => k, StringComparer.OrdinalIgnoreCase);
        _types = new(Read(whole["types"]!));
        Version = (string?)whole["version"] ?? "";
    }

    public string Version { get; }

    /// <summary>The description; null when it is nowhere, and the built-in rules must do.</summary>
    /// <exception cref="FileNotFoundException">The file that was named is missing.</exception>
    public static Description? Find(string? file)
    {
        if (file is "") return null;
        var named = file ?? Environment.GetEnvironmentVariable(Variable);
        if (named is { Length: > 0 }) return File.Exists(named) ? Loaded.GetOrAdd(named, f => new(f)) : throw new FileNotFoundException($"The description of the Bot API is not at {named}.", named);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var specs = Path.Combine(folder.FullName, "shared", "data", "specs");
            if (Directory.Exists(specs) && Directory.GetFiles(specs, "telegram-bot-api-*.json").Order(StringComparer.Ordinal).LastOrDefault() is { } found)
                return Loaded.GetOrAdd(found, f => new(f));
        }

        return null;
    }

    /// <summary>The name as the documentation writes it; null: there is no such method.</summary>
    public string? NameOf(string method) => _names.GetValueOrDefault(method);

    /// <summary>Checks the fields of a request.</summary>
    /// <exception cref="Refusal">One is missing, unknown, or not of its type or length.</exception>
    public void Check(string method, RequestFields fields)
    {
        var described = _methods[method];
        List<TypeFault> faults = [];
        foreach (var (name, field) in fields.All)
        {
            if (!described.Fields.TryGetValue(name, out var known))
            {
                // an attached file has a name that the sender chose
                if (field.File is null) faults.Add(new(name, $"{method} has no field of this name"));
                continue;
            }

            _types.CheckSent(known, field, faults);
        }

        faults.AddRange(described.Fields.Values.Where(f => f.Required && !fields.Has(f.Name)).Select(f => new TypeFault(f.Name, "is required")));
        if (faults.Count > 0) throw Refusal.Broken(TypeFault.Words(faults));
    }

    /// <summary>What is wrong with a value of a described type, for what the server itself sends; empty: nothing.</summary>
    public IReadOnlyList<string> FaultsOf(string type, JsonNode? value)
    {
        List<TypeFault> faults = [];
        _types.Check(type, value, [type], faults);
        return faults.ConvertAll(f => $"{f.Path} {f.Text}");
    }

    private static Dictionary<string, Described> Read(JsonNode node)
    {
        Dictionary<string, Described> all = new(StringComparer.Ordinal);
        foreach (var (name, value) in node.AsObject())
        {
            var fields = (value!["fields"] as JsonArray ?? []).Select(f => ReadField(f!)).ToDictionary(f => f.Name, StringComparer.Ordinal);
            all[name] = new(name, fields, [.. (value["subtypes"] as JsonArray ?? []).Select(s => (string)s!)]);
        }

        return all;
    }

    private static DescribedField ReadField(JsonNode field)
    {
        var types = field["types"].Deserialize<string[]>()!;
        var text = (string)field["description"]!;
        return new((string)field["name"]!, types, (bool)field["required"]!, FieldLimits.In(text, types), FieldLimits.ConstantIn(text));
    }
}
