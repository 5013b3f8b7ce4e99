using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.World;

internal sealed partial class FakeWorld
{
    private static readonly Dictionary<string, (string Folder, string Prefix)> Kinds = new(StringComparer.Ordinal)
    {
        ["photo"] = ("photos", "AgAC"),
        ["document"] = ("documents", "BQAC"),
        ["voice"] = ("voice", "AwAC"),
        ["audio"] = ("music", "CQAC"),
        ["video"] = ("videos", "BAAC"),
    };

    private readonly Dictionary<string, (FakeFile File, FakeMedia Media)> _filesById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FakeFile> _filesByPath = new(StringComparer.Ordinal);

    /// <param name="kind">photo, document, voice, audio, video.</param>
    /// <param name="size">What the platform says about its size; null: the truth.</param>
    /// <param name="seconds">Duration of voice, audio and video.</param>
    public FakeMedia AddMedia(string kind, string name, string mimeType, byte[] content, long? size = null, int seconds = 0)
    {
        lock (Lock)
        {
            if (kind is "photo") return AddPhoto(content, size);
            var file = AddFile(kind, name, mimeType, content, size);
            var json = Described(file);
            if (kind is "video") (json["width"], json["height"]) = (640, 480);
            if (kind is not "document") json["duration"] = seconds;
            if (kind is not "voice") json["file_name"] = name;
            json["mime_type"] = mimeType;
            return Known(file, new(kind, json, file));
        }
    }

    /// <summary>The media that a file_id names; null: there is none.</summary>
    public FakeMedia? MediaOf(string fileId)
    {
        lock (Lock) return _filesById.TryGetValue(fileId, out var known) ? known.Media : null;
    }

    public FakeFile? FileOf(string fileId)
    {
        lock (Lock) return _filesById.TryGetValue(fileId, out var known) ? known.File : null;
    }

    public FakeFile? FileAt(string path)
    {
        lock (Lock) return _filesByPath.GetValueOrDefault(path);
    }

    private FakeMedia AddPhoto(byte[] content, long? size)
    {
        JsonArray sizes = [];
        List<FakeFile> files = [];
        foreach (var (width, height) in ((int, int)[])[(90, 67), (320, 240), (1280, 960)])
        {
            var file = AddFile("photo", "photo.jpg", "image/jpeg", content, size);
            var json = Described(file);
            (json["width"], json["height"]) = (width, height);
            sizes.Add((JsonNode)json);
            files.Add(file);
        }

        FakeMedia photo = new("photo", sizes, files[^1]);
        foreach (var file in files) Known(file, photo);
        return photo;
    }

    private FakeMedia Known(FakeFile file, FakeMedia media)
    {
        _filesById[file.Id] = (file, media);
        _filesByPath[file.Path] = file;
        return media;
    }

    private FakeFile AddFile(string kind, string name, string mimeType, byte[] content, long? size)
    {
        var (folder, prefix) = Kinds[kind];
        var bytes = new byte[36];
        _random.NextBytes(bytes);
        var id = prefix + Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
        var end = kind is "voice" ? ".oga" : kind is "photo" ? ".jpg" : Path.GetExtension(name);
        return new(id, "AQAD" + id[4..16], name, mimeType, content, $"{folder}/file_{_filesById.Count}{end}") { Size = size ?? content.Length };
    }

    private static JsonObject Described(FakeFile file) =>
        new() { ["file_id"] = file.Id, ["file_unique_id"] = file.UniqueId, ["file_size"] = file.Size };
}
