using System.Diagnostics;
using System.Text.Json;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;

/// <summary>What Python's <c>email</c> package reads in a mail: a reader that others wrote.</summary>
internal static class PythonJudge
{
    private const string Script = """
        import sys, json, hashlib, email, email.policy, email.utils
        from email.header import decode_header, make_header
        raw = sys.stdin.buffer.read()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        old = email.message_from_bytes(raw)  # the newer reader puts spaces between the encoded words of a name
        people = {k: [[str(make_header(decode_header(n))), a] for n, a in email.utils.getaddresses([str(v).replace("\r\n", "").replace("\n", "")])] for k, v in old.items() if k in ("From", "To", "Cc", "Sender", "Reply-To")}
        defects = [str(d) for p in mail.walk() for d in p.defects] + [str(d) for v in mail.values() for d in getattr(v, "defects", [])]
        def body(kind):
            part = mail.get_body((kind,))
            return part.get_content() if part else None
        files = []
        for part in mail.walk():
            if part.is_multipart() or part.get_filename() is None: continue
            content = part.get_payload(decode=True)
            files.append({"name": part.get_filename(), "type": part.get_content_type(), "charset": part.get_content_charset(), "how": part.get_content_disposition(),
                          "id": part.get("Content-ID"), "size": len(content), "hash": hashlib.sha256(content).hexdigest().upper()})
        print(json.dumps({"headers": [[k, str(v)] for k, v in mail.items()], "text": body("plain"), "html": body("html"), "files": files, "defects": defects, "people": people,
                          "tree": [p.get_content_type() for p in mail.walk()]}))
        """;

    public static string? Path { get; } = ((string[])["/usr/bin/python3", "/usr/local/bin/python3"]).FirstOrDefault(File.Exists);

    public static async Task<JudgedMail> ReadAsync(byte[] mail)
    {
        using var process = Process.Start(new ProcessStartInfo(Path!, ["-c", Script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, Environment = { ["PYTHONIOENCODING"] = "utf-8" } })!;
        await process.StandardInput.BaseStream.WriteAsync(mail);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return JsonSerializer.Deserialize<JudgedMail>(said, JsonSerializerOptions.Web)!;
    }
}

internal sealed record JudgedMail(IReadOnlyList<IReadOnlyList<string>> Headers, string? Text, string? Html, IReadOnlyList<JudgedFile> Files, IReadOnlyList<string> Defects, IReadOnlyList<string> Tree, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>> People)
{
    public string? this[string name] => Headers.SingleOrDefault(h => h[0] == name)?[1];
}

internal sealed record JudgedFile(string Name, string Type, string? Charset, string How, string? Id, long Size, string Hash);

/// <summary>Skips where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (PythonJudge.Path is null) Skip = "python3 is not installed";
    }
}

/// <summary>Skips where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute()
    {
        if (PythonJudge.Path is null) Skip = "python3 is not installed";
    }
}
