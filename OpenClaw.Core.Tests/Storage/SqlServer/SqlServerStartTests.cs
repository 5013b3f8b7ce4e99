using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Hosting;
using OpenClaw.Storage.SqlServer;

namespace OpenClaw.Core.Tests.Storage.SqlServer;

/// <summary>A server that is not there, or is none: one line that names the setting and the server, and never the password.</summary>
public sealed class SqlServerStartTests
{
    private const string Password = "S3cret-of-mine!";

    [Fact]
    public void Claim_ClosedPort_SaysWhichSettingAndServer()
    {
        var told = Refused($"127.0.0.1,{FreePort()}");
        Assert.Contains("127.0.0.1", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_ServerThatSpeaksAnotherLanguage_SaysItCannotBeUsed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno SQL here, but a long enough answer to be mistaken for one"u8.ToArray(), stop.Token);
        var told = await Task.Run(() => Refused($"127.0.0.1,{((IPEndPoint)listener.LocalEndpoint).Port}"));
        Assert.Contains("cannot be used", told, StringComparison.Ordinal);
        await stop.CancelAsync();
        listener.Stop();
        await serving;
    }

    [Fact]
    public async Task Claim_ServerThatHangsUp_SaysItCannotBeUsed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, [], stop.Token);
        await Task.Run(() => Refused($"127.0.0.1,{((IPEndPoint)listener.LocalEndpoint).Port}"));
        await stop.CancelAsync();
        listener.Stop();
        await serving;
    }

    [Fact]
    public void Claim_InstanceOfNoName_SaysItCannotBeUsed() => Refused(@"127.0.0.1\NOSUCHINSTANCE");

    [Fact]
    public async Task EverythingElse_ClosedPort_ThrowsWhatTheCallerKnows()
    {
        using var database = new SqlServerDatabase(Settings($"127.0.0.1,{FreePort()}"), TimeProvider.System);
        Assert.Throws<SqlException>(database.OpenJournal);
        Assert.False(database.IsEntryAtFault(Assert.Throws<SqlException>(database.OpenJournal)));
        using var search = (IDisposable)database.OpenArchiveSearch(NullLogger.Instance);
        await Assert.ThrowsAsync<SqlException>(() => ((Gateway.Core.Storage.Archive.IArchiveSearch)search).StartAsync(default));
        var fault = await database.ScrubAsync(default);
        Assert.DoesNotContain(Password, fault, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, database.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2627, true)]
    [InlineData(2601, true)]
    [InlineData(515, true)]
    [InlineData(2628, true)]
    [InlineData(8152, true)]
    [InlineData(547, true)]
    [InlineData(1205, false)]
    [InlineData(1105, false)] // no room
    [InlineData(9002, false)] // the log is full
    [InlineData(3906, false)] // read-only
    [InlineData(51000, false)] // another writer
    [InlineData(-2, false)]
    [InlineData(10054, false)]
    [InlineData(208, false)]
    public void IsEntryAtFault_ByNumber_OnlyWhatTheValuesAreAtFaultOf(int number, bool atFault) => Assert.Equal(atFault, SqlServerFaults.IsEntryAtFault(Fault(number)));

    [Theory]
    [InlineData(2627, 14, true)]
    [InlineData(1205, 13, true)]
    [InlineData(9002, 17, true)]
    [InlineData(51000, 16, true)]
    [InlineData(-2, 11, false)]
    [InlineData(10054, 20, false)]
    [InlineData(0, 20, false)]
    [InlineData(596, 21, false)]
    [InlineData(40613, 17, false)]
    public void IsRolledBack_ByNumberAndClass_OnlyWhereTheServerSaysSo(int number, byte severity, bool rolledBack) =>
        Assert.Equal(rolledBack, SqlServerFaults.IsRolledBack(Fault(number, severity)));

    [Theory]
    [InlineData(18456, "refuses the login")]
    [InlineData(4060, "does not open the database")]
    [InlineData(229, "lacks a permission")]
    public void Told_ByNumber_SaysWhatToDo(int number, string words)
    {
        var told = SqlServerFaults.Told(Fault(number), new(Settings("db.example.com"))).Message;
        Assert.StartsWith("ConnectionStrings:Gateway: ", told, StringComparison.Ordinal);
        Assert.Contains(words, told, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    private static string Refused(string server)
    {
        using var database = new SqlServerDatabase(Settings(server), TimeProvider.System);
        var told = Assert.Throws<StartFaultException>(database.Claim).Message;
        Assert.StartsWith("ConnectionStrings:Gateway: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
        return told;
    }

    private static string Settings(string server) => $"Server={server};Database=openclaw;User Id=gateway;Password={Password};Connect Timeout=3;Encrypt=False";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ServeAsync(TcpListener listener, byte[] answer, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4_096], cancellationToken);
                await stream.WriteAsync(answer, cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or InvalidOperationException or SocketException or IOException)
            {
                // the driver hung up, or the test is over
            }
        }
    }

    /// <summary>The driver makes its faults itself only.</summary>
    private static SqlException Fault(int number, byte severity = 14)
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var constructor = typeof(SqlError).GetConstructors(hidden).Where(c => c.GetParameters().Length >= 8).OrderBy(c => c.GetParameters().Length).First();
        var arguments = constructor.GetParameters().Select(p => p.Name switch
        {
            "infoNumber" => number,
            "errorClass" => severity,
            "server" => "db.example.com",
            "errorMessage" => "Something\r\nhappened.",
            _ => p.ParameterType == typeof(string) ? "" : p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null,
        }).ToArray();
        var errors = (SqlErrorCollection)typeof(SqlErrorCollection).GetConstructors(hidden).Single(c => c.GetParameters().Length == 0).Invoke(null);
        typeof(SqlErrorCollection).GetMethod("Add", hidden)!.Invoke(errors, [constructor.Invoke(arguments)]);
        var create = typeof(SqlException).GetMethods(hidden).First(m => m.Name == "CreateException" && m.GetParameters().Length == 2 && m.GetParameters()[0].ParameterType == typeof(SqlErrorCollection));
        return (SqlException)create.Invoke(null, [errors, "16.0"])!;
    }
}
